/**
 * Types shared by the scripts of the page, for `tsc` alone; nothing of this file reaches the page.
 *
 * A script is one call of `allusion.define(function (allusion) {...})`. It reads what it needs from the object
 * `allusion` and adds what it provides with `Object.assign(allusion, {...})`. Scripts run in the order of SCRIPTS in
 * the Python module that renders the page. Entities, edges, scenes, utterances and sources are numbers: their index in
 * the arrays of `allusion.data`. By convention a parameter `index` is such an index.
 */

/** Text and its language tag (BCP 47). */
type LanguageText = [string, string];
/** CSS class, baseline, runs of text, and whether the name is a fallback from another language. */
type TextRow = [string, number, LanguageText[], boolean?];
/** Width, height, rows. */
type TextBox = [number, number, TextRow[]];
/** Width and lines. */
type EdgeLabel = [width: number, lines: string[], holder?: string];
/** Index of the source, stance, locator, paraphrase. */
type Evidence = [number, string, string, string];
/** Text, language, translations. */
type QuotedLine = [string, string, LanguageText[]];
/** Left, top, right, bottom. */
type Rectangle = number[];
type Point = { x: number; y: number };

/** Property, value, index of the entity that is the value (-1 for none), titles of the sources. */
type Fact = [string, string, number, string[]];

interface Entity {
  id: string; former?: string[]; kind: string; type?: string; year?: number; names?: LanguageText[]; own?: string[];
  transcribed?: boolean; aliases?: LanguageText[]; description?: string; makers?: string[];
  links?: { site: string; url?: string; id?: string; unsure?: boolean; confidence?: number; note?: string }[];
  facts?: Fact[];
  /** `on` has the labels of the scenes, relationships and other statements that a remark is about. */
  remarks?: {
    text?: string; holder?: string; opinion?: boolean; disputes?: boolean; on?: string[]; evidence?: Evidence[];
  }[];
}

interface Edge {
  id: string; from: number; to: number; family: string; kind?: string; kindLabel?: string; phrase?: string;
  /** The phrase without its holder, and the holder. */
  stated?: string; holder?: string;
  /** Who states and who reports it, each with a heading: "reported by". */
  holders?: [string, string][];
  sentence?: string; certainty?: string; statedFrom?: string; scene?: string; speaker?: string;
  toldBy?: string; addressee?: string; language?: string; channel?: string; line?: QuotedLine; notes?: string[];
  counterparts?: (number | string)[]; concerns?: (number | string)[]; evidence?: Evidence[]; sources: number;
  disputed?: boolean;
  /** What single sources add to a credit or relationship. */
  details?: Fact[];
}

/** What scenes and utterances have in common. */
interface Described {
  id: string; work: number; label?: string; summary?: string; edges?: number[]; notes?: string[];
  evidence?: Evidence[];
}
interface Scene extends Described {
  order?: number; scope?: string; place: number | null; features?: number[]; techniques?: string[];
}
interface Utterance extends Described {
  scene: number | null; speaker: number | null; addressee: number | null; language?: string; channel?: string;
  line?: QuotedLine; reports?: number[];
}

interface KindStyle { one: string; many: string; color: string; path: string; hub: boolean }
interface FamilyStyle {
  one: string; many: string; explains: string; dash: number[]; shown: boolean; connection: boolean;
}
/** `unsafe`: the URL may not become a link. */
interface Source { title?: string; author?: string; issued?: string; url?: string; unsafe?: boolean }

/** The data of the page, written by the Python module that renders it. */
interface Data {
  base: string; imprint: [string, number]; version: string; languages: string[]; usual: string[];
  focus: number; most: number; reach: number;
  kinds: Record<string, KindStyle>;
  families: Record<string, FamilyStyle>;
  uncertain: string[];
  doubted: string[];
  sources: Source[];
  entities: Entity[]; edges: Edge[]; scenes: Scene[]; utterances: Utterance[];
  /** The rules of name search, which Python and the page share. */
  searching: {
    how: string[]; ideographs: string; folding: { marks: string; gaps: string; strokes: Record<string, string> };
    romanizing: Romanization;
  };
  /** Widths of characters, in thousandths of the font size. */
  text: { ascii: number[]; narrow: number; wide: number; bold: number; wideOnes: string; noneOnes: string };
  /** Coordinates in the network view, by index of the entity. */
  plan: {
    x: number[]; y: number[]; size: number[]; painted: boolean; groups?: Community[];
    /** Members of each community; the largest network that is shown with all leaves. */
    areas?: number[][]; complete: number;
    whole?: { x: number[]; y: number[]; areas?: number[][] };
  };
  /** Nodes, edges and options for vis-network; absent where the page renders the network on a canvas of its own. */
  vis?: {
    nodes: { id: number; color: string }[]; options: object;
    edges: { id: number; from: number; to: number; smooth?: false | object }[];
  };
  /** Number of entities in the graph, where the page holds the nearest of them only. */
  of?: number;
}

/** Regular expressions and tables of the romanization systems. */
interface Romanization {
  apostrophe: string; letters: string; pinyin: string; wade: string; jyutping: string; hongKong: string; mora: string;
  japanese: [string, string][];
  hongKongVowels: Record<string, string>; toWade: Record<string, string>; toWadeFinal: Record<string, string>;
  wadeFinals: Record<string, string>; wadeInitials: Record<string, string>; jyutpingFinals: Record<string, string>;
  cantoneseInitials: Record<string, string>;
}
/** The syllables of a name as one text, and the offsets at which its words start. */
interface Reading { text: string; starts: Set<number> }
/** Words, each a list of syllables. */
type Syllables = string[][];

/** A name and its normalized forms; `readings` is computed when it is first needed. */
interface SearchedName {
  index: number; text: string; lang: string; folded: string; words: string[]; squeezed: string;
  readings: (Reading & { language: string })[] | null;
}
interface SearchHit { index: number; text: string; lang: string; how: string }

interface Community { x: number; y: number; radius: number; shown: number; members: number[] }
interface FoldedCommunity extends Community { number: number; best: number; left: number; open: boolean }
type Colors = Record<'paper' | 'card' | 'ink' | 'muted' | 'hair' | 'line' | 'accent', string>;

/** Labels that have room at a scale, and their rectangles; the names of areas. */
interface PlacedLabels {
  scale: number; indices: number[]; boxes: Rectangle[]; areas: AreaName[]; marks: EdgeMark[];
}
/** A count or question mark of a line; coordinates of the layout times the scale. */
interface EdgeMark { index: number; words: string; x: number; y: number; box: Rectangle }
interface AreaName { words: string; box: Rectangle }
/** What the network view shows: entities by importance, edges, folded communities. */
interface NetworkContent {
  x: number[]; y: number[]; size: number[]; visible: Set<number>; order: number[]; lines: number[];
  /** Edges of one family between the same two entities, if these have many, by the edge that is drawn for all. */
  bundles: Map<number, number[]>;
  near: Set<number> | null; joined: number; folded: FoldedCommunity[]; state: State; labels: PlacedLabels;
  /** Folded leaves of each entity; the number of those not drawn; areas. */
  leaves: Map<number, number>; apart: number; close: boolean; areas: Area[];
}
interface Frame { clientWidth: number; clientHeight: number }
interface Area { members: number[]; outline: Point[] }
type Measure = (text: string, size: number) => number;
interface NetworkModel {
  seen: NetworkContent; groups: Community[]; RIM: number[];
  update(state: State, frame?: Frame): boolean;
  shownEdges(state: State): number[];
  openGroup(index: number, besides?: Partial<State>): void;
  foldWords(group: FoldedCommunity): string;
  foldedAt(index: number): FoldedCommunity | undefined;
  radiusAt(index: number, scale: number): number;
  labels(measure: Measure, scale: number): PlacedLabels;
  captions(measure: Measure, scale: number): { words: string; box: Rectangle }[];
  drawAreas(pen: CanvasRenderingContext2D, colors: Colors): void;
  toggleLeaves(index: number): void;
  setClose(close: boolean): boolean;
  drawLabels(pen: CanvasRenderingContext2D, scale: number, colors: Colors): void;
  lineStyle(index: number): { width: number; dash: number[] };
  accented(index: number): boolean;
  faded(index: number): boolean;
  labelText(index: number, short?: boolean): string;
  isShort(index: number, box: Rectangle): boolean;
}
/** An entity that belongs to what one must know, with the edges and words that lead to it. */
interface ContextNode { index: number; edges: number[]; words: string; notes: string[]; children: ContextNode[] }
interface Camera extends Point { scale: number }
type Motion = false | { duration: number; easingFunction: string };
interface Renderer {
  restyle(): void; redraw(): void; once(act: () => void): void; scale(): number; middle(): Point;
  move(to: Point & { scale?: number }, motion: Motion): void;
  toPage(point: Point): Point;
}
/** Makes a renderer in `frame`; `limit` keeps the camera where there is something to see. */
type MakeRenderer = (
  frame: HTMLElement, seen: NetworkContent, heard: RendererEvents, colors: () => Colors,
  limit: (camera: Camera) => Camera) => Renderer;
/** Events of a renderer. */
interface RendererEvents {
  click(node?: number, edge?: number, group?: FoldedCommunity): void; double(node: number): void; away(): void;
  node(node: number, at: Point): void; edge(edge: number, at: Point): void;
  group(group: FoldedCommunity, at: Point): void; scaled(scale: number): void;
}
/** Parameters of vis-network's events. */
interface VisClick { nodes: number[]; edges: number[] }
interface VisHover { node: number; edge: number; pointer: { DOM: Point } }
interface Gestures {
  pan(dx: number, dy: number): void; zoom(point: Point, factor: number): void; click(point: Point): void;
  double(point: Point): void; hover(point: Point): void; away(): void;
}

/** What is shown, as the fragment of the URL holds it. */
interface State {
  view: string; focus: number; to: number; shown: number; edge: number; families: Set<string>;
  usualFamilies: boolean; of: Set<string>; hubs: boolean; hidden: Set<string>; only: Set<string>; all: boolean;
  open: Set<number>; years: [number, number] | null; scene: string; sort: string; list: boolean; usualList: boolean;
  lang: string; theme: string; unknown: string;
}

interface View {
  draw(state: State): void;
  /** The edges shown, by index. */
  edges(state: State): number[];
  /** Tables of the list: a caption, and rows of an edge and the entity it is about (-1 for both ends). */
  groups(state: State): { caption: string; rows: number[][] }[];
  picture(onPaper?: boolean): Element | null;
  zoom?(factor: number): void;
  all?(state: State): number[];
  /** Examples of a second entity, as long as there is none. */
  offers?(state: State): Element[];
  /** What is folded, and how to open it. */
  folds?(state: State): { words: Child; act: () => void }[];
}

/** Attributes of an element; a function is a listener for the event of that name. */
type Attributes = { [Name in keyof GlobalEventHandlersEventMap]?: Listener<GlobalEventHandlersEventMap[Name]> }
  & { [name: string]: AttributeValue | Listener<any> };
type AttributeValue = string | number | boolean | null | undefined;
type Listener<E> = (event: EventOn<E>) => void;
/** An event as a listener receives it. */
type EventOn<E> = E & { target: any; currentTarget: any };
/** What an element may hold; empty values are left out. */
type Child = Node | string | number | boolean | null | undefined | Child[];

/** Two entities that are joined, and the edges between them, the best first. */
interface Hop { from: number; to: number; edges: number[] }
/** The shortest paths, the best first; whether there are more; how many entities each end reaches. */
interface PathSearch { paths: Hop[][]; more: boolean; reach: number[] }

/** A line of a balloon; `baseline` is measured from the top of the balloon. */
interface BalloonRow { role: string; words: string; lang: string; baseline: number }
interface Balloon { rows: BalloonRow[]; width: number; height: number }
/** One speech of a scene: speaker and reported speaker (-1 for none), text, and the edges it expresses. */
interface SpeechGroup { speaker: number; teller: number; edges: number[]; balloon: Balloon }
/** An entity related to a target of the scene; `via` is the entity between them, or -1. */
interface Related { entity: number; edge: number; via: number }

interface Stretch { first: number; last: number; left: number; right: number }
/** Stretches of years at one scale; between two of them the axis is broken. */
interface TimeAxis {
  stretches: Stretch[];
  /** Year and x. */
  ticks: number[][];
  /** The x of the middle, and the years on both sides. */
  breaks: number[][];
  at(year: number): number;
  back(px: number): number;
}

interface EdgeBundle { family: string; edges: number[]; label: EdgeLabel }
/** `opened` is the height of the second hop, where it is shown. */
interface Neighbor { entity: number; side: string; strands: EdgeBundle[]; opened?: number }
/** Neighbors left out, by decade; `years` is null for those without a year. */
interface DecadeCount { words: string; years: [number, number] | null }
interface PlacedBundle { strand: EdgeBundle; port: number; y: number; start: number; turn: number; end: number }
interface SecondHopBox {
  entity: number; edges: number[]; x: number; y: number; width: number; height: number; lang: string; wire: string;
  head: string; words: string; name: string;
}
interface FocusBlock {
  item: Neighbor | null; side: string; x: number; y: number; width: number; height: number; strands: PlacedBundle[];
  more: number; folds?: DecadeCount[]; beyond?: SecondHopBox[];
}
interface FocusPicture {
  focus: number; card: TextBox; x: number; y: number; width: number; height: number; cardHeight: number;
  blocks: FocusBlock[]; draw?(parts: FocusParts): Child;
}
/** Functions of the focus view that draw its parts. */
interface FocusParts {
  more(block: { x: number; y: number; folds?: DecadeCount[] }, words: string): Child[];
  spoken(item: Neighbor): string;
  strandUse(strand: EdgeBundle, entity: number): Attributes;
}

interface TimelinePoint {
  index: number; x: number; y: number; row: number; label: string; anchor: string; lang: string; fallback: boolean;
}
/** A number of things in a span of years that have no room for their labels. */
interface TimelineCount { first: number; last: number; number: number; x: number; y: number; row: number }
interface TimelineLane {
  kind: string; y: number; height: number; items: number[]; placed: TimelinePoint[]; crowds: TimelineCount[];
}
interface TimelineArc {
  edge: number; d: string; tip: number[]; angle: number; bow: number[][];
  said: { words: string; x: number; y: number } | null;
  mark: Point | null;
}
interface Timeline {
  width: number; height: number; left: number; top: number; bottom: number; lanes: TimelineLane[]; scale: TimeAxis;
  spot: Map<number, TimelinePoint>; arcs: TimelineArc[];
}

interface Allusion {
  data: Data;
  views: Record<string, View>;
  reducedMotion: MediaQueryList;
  narrow: MediaQueryList;
  outgoing: number[][];
  incoming: number[][];
  indexOf: Map<string, number>;
  edgeIndexOf: Map<string, number>;
  byKey: Map<string, number>;
  arrowSteps: Record<string, number[]>;

  // core.js
  define(make: (allusion: Allusion) => void): void;
  boot(): Promise<void>;
  unpack(id: string): Promise<string>;
  el<Name extends keyof HTMLElementTagNameMap>(
    name: Name, attributes?: Attributes, ...children: Child[]): HTMLElementTagNameMap[Name];
  svg<Name extends keyof SVGElementTagNameMap>(
    name: Name, attributes?: Attributes, ...children: Child[]): SVGElementTagNameMap[Name];
  externalLink(url: string | undefined, ...children: Child[]): HTMLElement;
  sourceLink(source: Source): Child[];
  /** An element of page.html, which has it. */
  byId(id: string): any;
  countOf(number: number, one: string, many: string): string;
  separated(things: Child[], mark: Child): Child[];
  pagedList<Item>(
    into: HTMLElement, items: Item[], size: number, make: (item: Item) => HTMLElement): HTMLElement[];
  focusFirst(node: Element | undefined): void;

  // graph.js
  keyOf(index: number): string;
  nameOf(index: number): { text: string; lang: string; fallback: boolean };
  secondNameOf(index: number): LanguageText;
  preferredLanguages(): string[];
  yearOf(entity: Entity): string;
  kindStyle(kind: string): KindStyle;
  kindIcon(kind: string): SVGElement;
  familyLine(family: string, thickness?: number): SVGElement;
  nameElement(index: number): HTMLElement;
  lineWidth(sources: number): number;
  languageName(tag: string): string;
  degree(index: number): number;
  isSymmetric(edges: number[]): boolean;
  sentenceOf(edge: Edge): string;
  statementOf(index: number): string;
  doubtOf(indices: number[]): string;
  isDoubted(indices: number[]): boolean;
  withDoubt(text: string, indices: number[]): string;

  // url-state.js
  state(): State;
  navigate(changes: Partial<State>, how?: { replace?: boolean }): void;
  applyUrl(): void;
  onChange(listener: (state: State) => void): void;
  formatUrl(state: State): string;
  familiesFor(index: number): Set<string>;
  familiesInView(): Set<string>;
  passesFilters(index: number): boolean;
  filterKey(): unknown[];

  // text-metrics.js
  cleanText(text: string): string;
  textWidth(text: string, size: number, bold?: boolean): number;
  truncate(text: string, size: number, limit: number, bold?: boolean): string;
  wrapText(text: string, size: number, limit: number, lines: number, bold?: boolean): string[];
  kindLabel(edge: Edge): string;
  curveLimit: () => number;
  densities: number;
  setDensity: (level: number) => void;
  bundleLabel(words: string, number: number): EdgeLabel;
  countedLabel(label: EdgeLabel, number: number): EdgeLabel;
  boxOf(index: number): TextBox;
  cardOf(index: number, limit?: number): TextBox;
  labelOf(index: number): EdgeLabel;
  /** The lines of a label with their CSS classes, that of the holder last. */
  labelRows(label: EdgeLabel): [string, string][];
  labelText(label: EdgeLabel): string;
  plainLabelOf(index: number): EdgeLabel;

  // focus-layout.js, second-hop.js, focus-column.js, focus-view.js
  neighborsOf(focus: number, wanted: (index: number) => boolean): Neighbor[];
  focusLayout(focus: number, beside: Neighbor[], most: number, reach: number, open?: Set<number>): FocusPicture;
  bundleSources(strand: EdgeBundle): number;
  splitByRank(items: Neighbor[], usual: number): [Neighbor[], Neighbor[]];
  decadeCounts(rest: Neighbor[]): DecadeCount[];
  overflowHeight(rest: Neighbor[]): number;
  secondHopOf(focus: number, entity: number): [number, number[]][];
  secondHopHeight(focus: number, entity: number): number;
  addSecondHop(picture: FocusPicture, open: Set<number>): FocusPicture;
  toggleSecondHop(entity: number): void;
  columnLayout(focus: number, beside: Neighbor[], most: number, width: number): FocusPicture;
  focusNeighbors(state: State): Neighbor[];

  // svg-parts.js
  textRows(box: TextBox, x: number, top: number, anchor?: string): Child[];
  boxText(box: TextBox): string;
  boxAriaLabel(index: number, edges?: number[]): string;
  wire(d: string, index: number, width?: number): SVGElement;
  arrowhead(d: string, indices: number[]): SVGElement;
  doubtMark(x: number, y: number, indices: number[]): Child;
  questionMark(x: number, y: number): SVGElement[];
  kindShape(kind: string, x: number, y: number): SVGElement;
  entityBox(index: number, x: number, y: number, width: number, height: number, label: string): SVGElement;
  interactiveAttributes(index: number, label: string): Attributes;
  activateOnKey(open: (event: KeyboardEvent) => void, middle?: () => void): (event: KeyboardEvent) => void;
  ariaName(index: number): string;
  nearestInDirection<Item>(
    from: number[], candidates: Item[], step: number[], where: (item: Item) => number[]): Item | null;
  enableArrowKeys(root: HTMLElement | SVGElement): void;
  markSelection(root: Element, state: State): void;
  elementPositions(root: Element): Map<string | undefined, DOMRect>;
  animateMoves(before: Map<string | undefined, DOMRect>, root: SVGSVGElement): void;
  showTooltip(words: string, x?: number, y?: number): void;
  edgeText(index: number): string;
  /** The width of a line of text as the browser renders it, in pixels. */
  renderedWidth(text: string, role: string, lang: string): number;

  // romanization.js, name-search.js, combobox.js
  fold(text: string): string;
  romanizations(name: string, language: string): [string, Syllables][];
  indexReading(reading: Syllables): Reading;
  readingMatches(wanted: Syllables, name: Reading): boolean;
  searchNames(text: string): SearchHit[];
  combobox(input: HTMLInputElement, found: HTMLElement, take: (index: number) => void, rest?: () => string): void;

  // connection.js, panel.js
  entityButton(index: number): HTMLElement;
  evidenceList(evidence: Evidence[] | undefined): HTMLElement | null;
  connectionItem(index: number, from: number, open: boolean, quoted?: boolean): HTMLElement;
  sourceText(source: number): string;
  lineQuote(line: QuotedLine): HTMLElement;
  doubtLabel(index: number): Child;
  openPanel(index: number, event?: EventOn<UIEvent>): void;
  closePanel(): void;

  // time-axis.js, timeline-layout.js, year-range.js
  timeAxis(years: number[], left: number, right: number): TimeAxis;
  timelineLayout(indices: number[], edges: number[], focus: number, width: number, height: number): Timeline;
  drawYearRange(state: State, indices: number[]): void;

  // path-search.js, vertical-layout.js, scene-drawing.js
  suggestedEnds(start: number, allowed: (edge: number) => boolean, number: number): number[];
  findPaths(start: number, end: number, allowed: (edge: number) => boolean, hubs: boolean): PathSearch;
  verticalWidth(across: Element | null, room: number): number;
  uprightColumn(width: number, label: string): {
    branch(edges: number[], to: number, words: string[], level: number, from: number): void;
    note(words: string, level: number): void; gap(high: number): void; at(): number; drawn(role: string): SVGElement;
  };
  lineContext(edges: number[], work: number): ContextNode[];
  drawLineContext(tree: ContextNode[], width: number): SVGElement;
  drawEnds(state: State): void;
  hasPair(state: State): boolean;
  drawVerticalPath(path: Hop[], width: number, label: string): SVGElement;
  drawVerticalScene(groups: SpeechGroup[], far: Map<number, Related[]>, width: number): SVGElement;
  drawScene(
    scene: number, said: number[], silent: number[], visible: Set<number>, narrow?: number): SVGElement | null;
  relatedInWork(work: number, target: number, taken: Set<number>): Related[];
  relatedText(one: { edge: number; via: number }): string;

  // label-placement.js, network-model.js, network-view.js and its renderers
  placeLabels(
    order: number[], boxesOf: (index: number) => Rectangle[], shapes: Rectangle[], insistent: number,
    taken?: Rectangle[]): { indices: number[]; boxes: Rectangle[] };
  headShifts(
    seen: NetworkContent, lines: number[], scale: number, radiusAt: NetworkModel['radiusAt']): Map<number, number>;
  bundleCurves(seen: NetworkContent): Map<number, Point>;
  edgeMarks(seen: NetworkContent, scale: number, shapes: Rectangle[]): EdgeMark[];
  drawEdgeMarks(
    pen: CanvasRenderingContext2D, marks: EdgeMark[], scale: number, colors: Colors, fonts: string): void;
  drawNetworkSvg(
    model: NetworkModel, scale: number, toPage: (point: Point) => Point, frame: Frame): SVGElement;
  communityAreas(communities: number[][], seen: NetworkContent): Area[];
  placeAreaNames(
    areas: Area[], nodes: Rectangle[],
    room: { measure: (words: string) => number; size: number; rim: Rectangle; scale: number }): AreaName[];
  networkModel: NetworkModel;
  canvasRenderer: MakeRenderer;
  visNetworkRenderer: MakeRenderer;
  gestures(board: HTMLElement, heard: Gestures): void;
  networkLabels(): PlacedLabels;
  networkPoint(index: number): Point;

  // list-view.js, legend.js, panel.js, sparql.js, share.js, export.js
  drawList(state: State, printed?: boolean): void;
  drawLegend(state: State): void;
  drawPanel(state: State): void;
  sparqlOf(state: State): string;
  cite(edge?: number): void;
  citation(): string;
  notify(words: string): void;
  csvText(): string;
  currentSvg(onPaper?: boolean): SVGSVGElement | null;
  drawingLegend(picture: SVGSVGElement, y: number, width: number): { legend: SVGElement; height: number };
  standaloneSvg(): SVGSVGElement | null;
}

/** Every element of the page is of HTML or SVG. */
interface Element extends HTMLOrSVGElement {}
declare var allusion: Allusion;
interface Window { allusion: Allusion; vis: any }
