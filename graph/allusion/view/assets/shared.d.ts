/** What the parts of the page share, for `tsc --checkJs`; nothing of this reaches the page. */

/** A run of text and its language tag. */
type LanguageText = [string, string];
/** Role, baseline, runs of text, and whether the name is one in another language than was asked for. */
type TextRow = [string, number, LanguageText[], boolean?];
/** Width, height, rows. */
type TextBox = [number, number, TextRow[]];
/** Width and lines. */
type EdgeLabel = [number, string[]];
/** Place of the source, stance, locator, paraphrase. */
type Evidence = [number, string, string, string];
/** Text, language, translations. */
type QuotedLine = [string, string, LanguageText[]];

interface Entity {
  id: string; kind: string; type?: string; year?: number; names?: LanguageText[]; own?: string[]; transcribed?: boolean;
  aliases?: LanguageText[]; description?: string; makers?: string[];
  links?: { site: string; url?: string; id?: string; unsure?: boolean; confidence?: number; note?: string }[];
  facts?: [string, string, number, string[]][];
  remarks?: { text?: string; holder?: string; opinion?: boolean; disputes?: boolean; evidence?: Evidence[] }[];
}

interface Edge {
  id: string; from: number; to: number; family: string; kind?: string; kindLabel?: string; phrase?: string;
  sentence?: string; certainty?: string; statedFrom?: string; madeBy?: string[]; scene?: string; speaker?: string;
  toldBy?: string; addressee?: string; language?: string; channel?: string; line?: QuotedLine; notes?: string[];
  counterparts?: (number | string)[]; concerns?: (number | string)[]; evidence?: Evidence[]; sources: number;
  disputed?: boolean;
}

interface Described { id: string; work: number; label?: string; summary?: string; edges?: number[]; notes?: string[]; evidence?: Evidence[] }
interface Scene extends Described { order?: number; scope?: string; place: number | null; features?: number[]; techniques?: string[] }
interface Utterance extends Described {
  scene: number | null; speaker: number | null; addressee: number | null; language?: string; channel?: string;
  line?: QuotedLine; reports?: number[];
}

interface Data {
  base: string; imprint: [string, number]; version: string; languages: string[]; usual: string[]; focus: number; most: number; reach: number;
  kinds: Record<string, { one: string; many: string; colour: string; path: string }>;
  families: Record<string, { one: string; many: string; explains: string; dash: number[]; shown: boolean; connection: boolean }>;
  sources: { title?: string; author?: string; issued?: string; url?: string }[];
  entities: Entity[]; edges: Edge[]; scenes: Scene[]; utterances: Utterance[];
  /** The rules by which names are found; see naming.py, romanising.py and searching.py. */
  searching: { how: string[]; ideographs: string; folding: { marks: string; gaps: string; strokes: Record<string, string> }; romanising: Record<string, any> };
  text: { ascii: number[]; narrow: number; wide: number; bold: number; wideOnes: string; noneOnes: string };
  /** Where everything stands in the network view, by place; see plan.py. */
  plan: { x: number[]; y: number[]; size: number[]; painted: boolean; whole?: { x: number[]; y: number[] }; groups?: Community[] };
  /** What vis-network draws; only where it is not too large for it. */
  vis?: { nodes: any[]; edges: any[]; options: any };
  /** How many entities the graph has, where the page holds the nearest of them only. */
  of?: number;
}

/** A name, its forms for comparing, and, once they are asked for, its readings. */
interface SearchedName {
  place: number; text: string; lang: string; folded: string; words: string[]; squeezed: string;
  ways: { school: string; text: string; starts: Set<number> }[] | null;
}

interface Community { x: number; y: number; radius: number; shown: number; members: number[] }
interface FoldedCommunity extends Community { number: number; best: number; left: number; open: boolean }
type Colors = Record<'paper' | 'card' | 'ink' | 'muted' | 'hair' | 'line' | 'accent', string>;
interface Point { x: number; y: number }

/** What the network view shows: places in the order of their importance, edges, communities that are folded. */
interface NetworkModel {
  x: number[]; y: number[]; size: number[]; visible: Set<number>; order: number[]; lines: number[]; near: Set<number> | null;
  joined: number; folded: FoldedCommunity[]; state: State | null; labels: { scale: number; places: number[]; boxes?: number[][] };
}
interface Renderer {
  restyle(): void; redraw(): void; once(act: () => void): void; scale(): number; middle(): Point;
  move(to: { x: number; y: number; scale?: number }, how: false | { duration: number; easingFunction: string }): void;
  toPage(point: Point): Point;
}
interface RendererEvents {
  click(node?: number, edge?: number, group?: FoldedCommunity): void; double(node: number): void; away(): void;
  node(node: number, at: Point): void; edge(edge: number, at: Point): void; group(group: FoldedCommunity, at: Point): void;
}
interface Gestures {
  pan(dx: number, dy: number): void; zoom(point: Point, factor: number): void; click(point: Point): void;
  double(point: Point): void; hover(point: Point): void; away(): void;
}

/** What the address says. */
interface State {
  view: string; focus: number; to: number; shown: number; edge: number; families: Set<string>; usualFamilies: boolean; of: Set<string>; hubs: boolean;
  hidden: Set<string>; only: Set<string>; all: boolean; open: Set<number>; years: [number, number] | null;
  scene: string; sort: string; list: boolean; usualList: boolean; lang: string; theme: string; unknown: string;
}

interface View {
  draw(state: State): void;
  /** The edges on show, by place. */
  edges(state: State): number[];
  /** What the list says: captions, and rows of an edge and the entity it is about (-1 for both ends). */
  groups(state: State): { caption: string; rows: number[][] }[];
  picture(): Element | null;
  zoom?(factor: number): void;
  all?(state: State): number[];
  /** What is folded, and how to open it. */
  folds?(state: State): { words: any[]; act: () => void }[];
}

type Attributes = Record<string, any> | null;

/** Two that are joined, and the edges that do it, the best first. */
interface Hop { from: number; to: number; edges: number[] }
/** The shortest chains, the best first; whether there are more; how many each end leads to. */
interface PathSearch { chains: Hop[][]; more: boolean; reach: number[] }
/** What is said in a scene: by whom, how, in whose words (-1 for nobody's), and what it points at. */
interface SpeechGroup {
  speaker: number; teller: number; how: string; edges: number[];
  balloon: { rows: string[][]; width: number; height: number };
}

/** Stretches of years, true to scale; between two of them the axis is broken. */
interface TimeAxis {
  stretches: { first: number; last: number; left: number; right: number }[];
  /** Year and place. */
  ticks: number[][];
  /** Place of the middle, and the years between which nothing stands. */
  breaks: number[][];
  at(year: number): number;
  back(px: number): number;
}

interface EdgeBundle { family: string; edges: number[]; label: EdgeLabel }
interface Neighbor { entity: number; side: string; strands: EdgeBundle[]; opened?: number }

interface Allusion {
  data: Data;
  views: Record<string, View>;
  reducedMotion: MediaQueryList;
  narrow: MediaQueryList;
  outgoing: number[][];
  incoming: number[][];
  placeOf: Map<string, number>;
  edgePlaceOf: Map<string, number>;
  byKey: Map<string, number>;
  arrowSteps: Record<string, number[]>;

  define(make: (allusion: Allusion) => void): void;
  boot(): Promise<void>;
  unpack(id: string): Promise<string>;
  el(name: string, attributes?: Attributes, ...children: any[]): any;
  svg(name: string, attributes?: Attributes, ...children: any[]): any;
  linkOut(url: string | undefined, ...children: any[]): HTMLElement;
  sourceLink(source: Data['sources'][number]): HTMLElement[];
  byId(id: string): any;
  countOf(number: number, one: string, many: string): string;
  separated(things: any[], mark: any): any[];
  pagedList(into: HTMLElement, items: any[], size: number, make: (item: any) => HTMLElement): HTMLElement[];
  focusFirst(node: Element | undefined): void;

  keyOf(place: number): string;
  nameOf(place: number): { text: string; lang: string; fallback: boolean };
  secondNameOf(place: number): LanguageText;
  preferredLanguages(): string[];
  yearOf(entity: Entity): string;
  kindStyle(kind: string): Data['kinds'][string];
  kindIcon(kind: string): SVGElement;
  familyLine(family: string, thickness?: number): SVGElement;
  nameElement(place: number): HTMLElement;
  lineWidth(sources: number): number;
  languageName(tag: string): string;
  degree(place: number): number;
  isSymmetric(edges: number[]): boolean;
  sentenceOf(edge: Edge): string;

  state(): State;
  navigate(changes: Partial<State>, how?: { replace?: boolean }): void;
  applyUrl(): void;
  onChange(listener: (state: State) => void): void;
  formatUrl(state: State): string;
  familiesFor(place: number): Set<string>;
  familiesInView(): Set<string>;
  passesFilters(edge: number): boolean;
  filterKey(): any[];

  cleanText(text: string): string;
  textWidth(text: string, size: number, bold?: boolean): number;
  truncate(text: string, size: number, limit: number, bold?: boolean): string;
  wrapText(text: string, size: number, limit: number, lines: number, bold?: boolean): string[];
  kindLabel(edge: Edge): string;
  bundleLabel(words: string, number: number): EdgeLabel;
  boxOf(place: number): TextBox;
  cardOf(place: number, limit?: number): TextBox;
  labelOf(edge: number): EdgeLabel;
  plainLabelOf(edge: number): EdgeLabel;

  neighborsOf(focus: number, wanted: (edge: number) => boolean): Neighbor[];
  focusLayout(focus: number, beside: Neighbor[], most: number, reach: number, open?: Set<number>): any;
  bundleSources(strand: EdgeBundle): number;
  splitByRank(items: Neighbor[], usual: number): [Neighbor[], Neighbor[]];
  decadeCounts(rest: Neighbor[]): { words: string; years: number[] | null }[];
  overflowHeight(rest: Neighbor[]): number;
  focusNeighbors(state: State): Neighbor[];
  secondHopOf(focus: number, entity: number): [number, number[]][];
  secondHopHeight(focus: number, entity: number): number;
  addSecondHop(picture: any, open: Set<number>): any;
  toggleSecondHop(entity: number): void;
  columnLayout(focus: number, beside: Neighbor[], most: number, width: number): any;

  textRows(box: TextBox, x: number, top: number, anchor?: string): any[];
  boxText(box: TextBox): string;
  boxAriaLabel(place: number): string;
  kindShape(kind: string, x: number, y: number): SVGElement;
  entityBox(place: number, x: number, y: number, width: number, height: number, label: string): SVGElement;
  interactiveAttributes(place: number, label: string): Attributes;
  activateOnKey(open: (event: any) => void, middle?: () => void): (event: KeyboardEvent) => void;
  ariaName(place: number): string;
  nearestInDirection(from: number[], candidates: any[], step: number[], where: (one: any) => number[]): any;
  enableArrowKeys(root: Element): void;
  markSelection(root: Element, state: State): void;
  elementPositions(root: Element): Map<string, DOMRect>;
  animateMoves(before: Map<string, DOMRect>, root: Element): void;
  showTooltip(words: string, x?: number, y?: number): void;
  edgeText(edge: number): string;

  fold(text: string): string;
  romanizations(name: string, language: string): [string, string[][]][];
  indexReading(reading: string[][]): { text: string; starts: Set<number> };
  readingMatches(wanted: string[][], name: { text: string; starts: Set<number> }): boolean;
  searchNames(text: string): { place: number; text: string; lang: string; how: string }[];
  combobox(input: HTMLInputElement, found: HTMLElement, take: (place: number) => void, rest?: () => string): void;
  entityButton(place: number): HTMLElement;
  evidenceList(evidence: Evidence[] | undefined): HTMLElement | null;
  connectionItem(edge: number, from: number, open: boolean, quoted?: boolean): HTMLElement;
  sourceText(source: number): string;
  lineQuote(line: QuotedLine): HTMLElement;
  edgeMetadata(edge: Edge): HTMLElement;
  openPanel(place: number, event?: any): void;
  closePanel(): void;

  timelineLayout(places: number[], edges: number[], focus: number, width: number, height: number): any;
  timeAxis(years: number[], left: number, right: number): TimeAxis;
  drawYearRange(state: State, places: number[]): void;
  drawScene(scene: number, said: number[], silent: number[], visible: Set<number>, narrow?: number): SVGElement | null;
  findPaths(start: number, end: number, allowed: (edge: number) => boolean, hubs: boolean): PathSearch;
  verticalWidth(across: Element | null, room: number): number;
  drawVerticalPath(chain: Hop[], width: number, label: string): SVGElement;
  drawVerticalScene(groups: SpeechGroup[], far: Map<number, any[]>, width: number): SVGElement;
  relatedInWork(work: number, target: number, taken: Set<number>): { entity: number; edge: number; via: number }[];
  relatedText(one: { edge: number; via: number }): string;
  placeLabels(order: number[], boxesOf: (place: number) => number[][], shapes: number[][], insistent: number, taken?: number[][]): { places: number[]; boxes: number[][] };
  drawNetworkSvg(at: Map<number, Point>, edges: number[], labels: Map<number, number[]>, scale: number, frame: HTMLElement): SVGElement;
  networkModel: {
    seen: NetworkModel; groups: Community[]; home: Int32Array; RIM: number[]; update(state: State): boolean; shownEdges(state: State): number[]; openGroup(place: number, besides?: Partial<State>): void;
    foldWords(group: FoldedCommunity): string; foldedAt(place: number): FoldedCommunity | undefined; radiusAt(place: number, scale: number): number;
    labels(measure: (text: string) => number, scale: number): NetworkModel['labels'];
    captions(measure: (text: string) => number, scale: number): { words: string; box: number[] }[];
    drawLabels(pen: CanvasRenderingContext2D, scale: number, colours: Colors): void; faded(place: number): boolean;
  };
  canvasRenderer(frame: HTMLElement, seen: NetworkModel, heard: RendererEvents, colours: () => Colors): Renderer;
  visNetworkRenderer(frame: HTMLElement, seen: NetworkModel, heard: RendererEvents, colours: () => Colors): Renderer;
  gestures(board: HTMLElement, heard: Gestures): void;
  networkLabels(): { scale: number; places: number[]; boxes?: number[][] };
  networkPoint(place: number): { x: number; y: number };

  drawList(state: State, printed?: boolean): void;
  drawLegend(state: State): void;
  drawPanel(state: State): void;
  sparqlOf(state: State): string;
  cite(edge?: number): void;
  citation(): string;
  notify(words: string): void;
  csvText(): string;
  currentSvg(): SVGSVGElement | null;
  standaloneSvg(): SVGSVGElement | null;
}

declare var allusion: Allusion;
interface Window { allusion: Allusion; vis: any }
