/** Link, SPARQL query and citation of what is shown. */
allusion.define((allusion) => {
  'use strict';
  const { data, byId } = allusion;
  const dialog = /** @type {HTMLDialogElement} */ (byId('hand-on'));
  const field = /** @type {HTMLTextAreaElement} */ (byId('hand-on-text'));
  const said = byId('said');
  /** @type {Element | null} */
  let opener = null;

  /** Show a short message. @type {Allusion['notify']} */
  function notify(words) {
    said.textContent = words;
    said.classList.add('now');
    setTimeout(() => said.classList.remove('now'), 2600);
  }

  /** @param {string} text */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      field.select();
      return document.execCommand('copy');
    }
  }

  /**
   * Show a text with a button to copy it; if the browser refuses, it can be selected by hand.
   * @param {string} title
   * @param {string} text
   */
  function hand(title, text) {
    opener = document.activeElement;
    byId('hand-on-title').textContent = title;
    field.value = text;
    field.rows = Math.min(18, text.split('\n').length + 1);
    dialog.showModal();
    field.focus();
    field.select();
  }

  const today = () => new Date().toISOString().slice(0, 10);

  /** The citation of the graph, with version and date. */
  function graphCitation() {
    const [source] = data.imprint;
    const software = `allusion${data.version ? `, version ${data.version}` : ''}`;
    return `${source ? `${source}. ` : ''}Page made with ${software} (seen ${today()}).`;
  }

  /** The citation of a connection: its sentence and sources. @param {number} index */
  function edgeCitation(index) {
    const edge = data.edges[index];
    const sources = (edge.evidence || []).map(([source, stance, locator]) => {
      const { url } = data.sources[source];
      return `  ${stance}: ${[allusion.sourceText(source), locator, url].filter(Boolean).join(', ')}`;
    });
    return [`${allusion.sentenceOf(edge)}`, `${data.base}${edge.id}`, 'Sources:', ...sources].join('\n');
  }

  /** @type {Allusion['cite']} */
  function cite(index) {
    const state = allusion.state();
    const one = index === undefined ? state.edge : index;
    const about =
      one >= 0
        ? [edgeCitation(one), '']
        : [`${allusion.nameOf(state.shown).text}: ${data.base}${data.entities[state.shown].id}`, ''];
    hand('Cite', [...about, graphCitation()].join('\n'));
  }

  byId('copy-link').addEventListener('click', async () => {
    const fragment = allusion.formatUrl(allusion.state());
    if (location.protocol === 'about:') {
      // The frame of a notebook has no address of its own.
      hand('Fragment of this view: append it to the address of a saved page', fragment);
      return;
    }
    if (location.hash !== fragment) history.replaceState(null, '', fragment);
    if (await copy(location.href)) notify('Link copied');
    else hand('Link to this view', location.href);
  });
  byId('copy-sparql').addEventListener('click', () => hand('SPARQL of this view', allusion.sparqlOf(allusion.state())));
  byId('cite').addEventListener('click', () => cite());
  byId('hand-on-copy').addEventListener('click', async () => {
    if (await copy(field.value)) notify('Copied');
    else field.select();
  });
  byId('hand-on-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    if (opener?.isConnected) opener.focus();
  });

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ cite, citation: graphCitation, notify }));
});
