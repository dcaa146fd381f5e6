/** What the parts of the page share, for `tsc --checkJs`; nothing of this reaches the page. */

/** A run of text and its language tag. */
type Span = [string, string];
/** Role, baseline, runs of text, and whether the name is one in another language than was asked for. */
type Row = [string, number, Span[], boolean?];
/** Width, height, rows. */
type Box = [number, number, Row[]];
/** Width and lines. */
type Label = [number, string[]];
/** Place of the source, stance, locator, paraphrase. */
type Evidence = [number, string, string, string];
/** Text, language, translations. */
type Line = [string, string, Span[]];

interface Entity {
  id: string; kind: string; type?: string; year?: number; names?: Span[]; own?: string[]; transcribed?: boolean;
  aliases?: Span[]; description?: string; makers?: string[];
  links?: { site: string; url?: string; id?: string; unsure?: boolean; confidence?: number; note?: string }[];
  facts?: [string, string, number, string[]][];
  remarks?: { text?: string; holder?: string; opinion?: boolean; disputes?: boolean; evidence?: Evidence[] }[];
}

interface Edge {
  id: string; from: number; to: number; family: string; kind?: string; kindLabel?: string; phrase?: string;
  sentence?: string; certainty?: string; statedFrom?: string; madeBy?: string[]; scene?: string; speaker?: string;
  toldBy?: string; addressee?: string; language?: string; channel?: string; line?: Line; notes?: string[];
  counterparts?: (number | string)[]; concerns?: (number | string)[]; evidence?: Evidence[]; sources: number;
  disputed?: boolean;
}

interface Told { id: string; work: number; label?: string; summary?: string; edges?: number[]; notes?: string[]; evidence?: Evidence[] }
interface Scene extends Told { order?: number; scope?: string; place: number | null; features?: number[]; techniques?: string[] }
interface Utterance extends Told {
  scene: number | null; speaker: number | null; addressee: number | null; language?: string; channel?: string;
  line?: Line; reports?: number[];
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
  plan: { x: number[]; y: number[]; size: number[]; painted: boolean; whole?: { x: number[]; y: number[] }; groups?: Circle[] };
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

interface Circle { x: number; y: number; radius: number; shown: number; members: number[] }
interface Folded extends Circle { number: number; best: number; left: number; open: boolean }
type Colours = Record<'paper' | 'card' | 'ink' | 'muted' | 'hair' | 'line' | 'accent', string>;
interface Point { x: number; y: number }

/** What the network view shows: places in the order of their importance, edges, communities that are folded. */
interface Plan {
  x: number[]; y: number[]; size: number[]; visible: Set<number>; order: number[]; lines: number[]; near: Set<number> | null;
  joined: number; folded: Folded[]; state: State | null; labels: { scale: number; places: number[]; boxes?: number[][] };
}
interface Drawer {
  restyle(): void; redraw(): void; once(act: () => void): void; scale(): number; middle(): Point;
  move(to: { x: number; y: number; scale?: number }, how: false | { duration: number; easingFunction: string }): void;
  toPage(point: Point): Point;
}
interface Heard {
  click(node?: number, edge?: number, group?: Folded): void; double(node: number): void; away(): void;
  node(node: number, at: Point): void; edge(edge: number, at: Point): void; group(group: Folded, at: Point): void;
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
interface Ways { chains: Hop[][]; more: boolean; reach: number[] }
/** What is said in a scene: by whom, how, in whose words (-1 for nobody's), and what it points at. */
interface Group {
  speaker: number; teller: number; how: string; edges: number[];
  balloon: { rows: string[][]; width: number; height: number };
}

/** Stretches of years, true to scale; between two of them the axis is broken. */
interface Axis {
  stretches: { first: number; last: number; left: number; right: number }[];
  /** Year and place. */
  ticks: number[][];
  /** Place of the middle, and the years between which nothing stands. */
  breaks: number[][];
  at(year: number): number;
  back(px: number): number;
}

interface Strand { family: string; edges: number[]; label: Label }
interface Neighbour { entity: number; side: string; strands: Strand[]; opened?: number }

interface Allusion {
  data: Data;
  views: Record<string, View>;
  calm: MediaQueryList;
  narrow: MediaQueryList;
  outgoing: number[][];
  incoming: number[][];
  placeOf: Map<string, number>;
  edgePlaceOf: Map<string, number>;
  byKey: Map<string, number>;
  steps: Record<string, number[]>;

  part(make: (allusion: Allusion) => void): void;
  begin(): Promise<void>;
  unpack(id: string): Promise<string>;
  el(name: string, attributes?: Attributes, ...children: any[]): any;
  svg(name: string, attributes?: Attributes, ...children: any[]): any;
  linkOut(url: string | undefined, ...children: any[]): HTMLElement;
  sourceLink(source: Data['sources'][number]): HTMLElement[];
  byId(id: string): any;
  count(number: number, one: string, many: string): string;
  between(things: any[], mark: any): any[];
  paged(into: HTMLElement, items: any[], size: number, make: (item: any) => HTMLElement): HTMLElement[];
  lead(node: Element | undefined): void;

  keyOf(place: number): string;
  nameOf(place: number): { text: string; lang: string; fallback: boolean };
  secondOf(place: number): Span;
  tags(): string[];
  yearOf(entity: Entity): string;
  kindStyle(kind: string): Data['kinds'][string];
  glyph(kind: string): SVGElement;
  dash(family: string, thickness?: number): SVGElement;
  named(place: number): HTMLElement;
  thickness(sources: number): number;
  languageName(tag: string): string;
  degree(place: number): number;
  mutual(edges: number[]): boolean;
  sentenceOf(edge: Edge): string;

  state(): State;
  go(changes: Partial<State>, how?: { replace?: boolean }): void;
  announce(): void;
  onChange(listener: (state: State) => void): void;
  format(state: State): string;
  familiesFor(place: number): Set<string>;
  familiesInView(): Set<string>;
  passes(edge: number): boolean;
  filterKey(): any[];

  clean(text: string): string;
  width(text: string, size: number, bold?: boolean): number;
  shorten(text: string, size: number, limit: number, bold?: boolean): string;
  wrap(text: string, size: number, limit: number, lines: number, bold?: boolean): string[];
  kindLabel(edge: Edge): string;
  bundleLabel(words: string, number: number): Label;
  boxOf(place: number): Box;
  cardOf(place: number, limit?: number): Box;
  labelOf(edge: number): Label;
  plainLabelOf(edge: number): Label;

  neighbours(focus: number, wanted: (edge: number) => boolean): Neighbour[];
  arrange(focus: number, beside: Neighbour[], most: number, reach: number, open?: Set<number>): any;
  sourcesOf(strand: Strand): number;
  cut(items: Neighbour[], usual: number): [Neighbour[], Neighbour[]];
  foldsOf(rest: Neighbour[]): { words: string; years: number[] | null }[];
  restHeight(rest: Neighbour[]): number;
  beside(state: State): Neighbour[];
  further(focus: number, entity: number): [number, number[]][];
  farHeight(focus: number, entity: number): number;
  spreadOut(picture: any, open: Set<number>): any;
  expand(entity: number): void;
  stack(focus: number, beside: Neighbour[], most: number, width: number): any;

  rows(box: Box, x: number, top: number, anchor?: string): any[];
  boxWords(box: Box): string;
  spokenBox(place: number): string;
  glyphAt(kind: string, x: number, y: number): SVGElement;
  nameBox(place: number, x: number, y: number, width: number, height: number, label: string): SVGElement;
  usable(place: number, label: string): Attributes;
  onKey(open: (event: any) => void, middle?: () => void): (event: KeyboardEvent) => void;
  spokenName(place: number): string;
  nearest(from: number[], candidates: any[], step: number[], where: (one: any) => number[]): any;
  roam(root: Element): void;
  mark(root: Element, state: State): void;
  positions(root: Element): Map<string, DOMRect>;
  glide(before: Map<string, DOMRect>, root: Element): void;
  hint(words: string, x?: number, y?: number): void;
  edgeWords(edge: number): string;

  fold(text: string): string;
  readings(name: string, language: string): [string, string[][]][];
  ready(reading: string[][]): { text: string; starts: Set<number> };
  alike(wanted: string[][], name: { text: string; starts: Set<number> }): boolean;
  search(text: string): { place: number; text: string; lang: string; how: string }[];
  combobox(input: HTMLInputElement, found: HTMLElement, take: (place: number) => void, rest?: () => string): void;
  entityButton(place: number): HTMLElement;
  evidenceList(evidence: Evidence[] | undefined): HTMLElement | null;
  connection(edge: number, from: number, open: boolean, quoted?: boolean): HTMLElement;
  sourceWords(source: number): string;
  quote(line: Line): HTMLElement;
  marks(edge: Edge): HTMLElement;
  openPanel(place: number, event?: any): void;
  closePanel(): void;

  arrangeTime(places: number[], edges: number[], focus: number, width: number, height: number): any;
  makeAxis(years: number[], left: number, right: number): Axis;
  drawSpan(state: State, places: number[]): void;
  scenePicture(scene: number, said: number[], silent: number[], visible: Set<number>, narrow?: number): SVGElement | null;
  ways(start: number, end: number, allowed: (edge: number) => boolean, hubs: boolean): Ways;
  uprightWidth(across: Element | null, room: number): number;
  uprightChain(chain: Hop[], width: number, label: string): SVGElement;
  uprightScene(groups: Group[], far: Map<number, any[]>, width: number): SVGElement;
  leadsTo(work: number, target: number, taken: Set<number>): { entity: number; edge: number; via: number }[];
  farWords(one: { edge: number; via: number }): string;
  declutter(order: number[], boxesOf: (place: number) => number[][], shapes: number[][], insistent: number, taken?: number[][]): { places: number[]; boxes: number[][] };
  networkPicture(at: Map<number, Point>, edges: number[], labels: Map<number, number[]>, scale: number, frame: HTMLElement): SVGElement;
  plan: {
    seen: Plan; groups: Circle[]; home: Int32Array; RIM: number[]; update(state: State): boolean; shownEdges(state: State): number[]; openGroup(place: number, besides?: Partial<State>): void;
    foldWords(group: Folded): string; foldedAt(place: number): Folded | undefined; radiusAt(place: number, scale: number): number;
    labels(measure: (text: string) => number, scale: number): Plan['labels'];
    captions(measure: (text: string) => number, scale: number): { words: string; box: number[] }[];
    drawLabels(pen: CanvasRenderingContext2D, scale: number, colours: Colours): void; faded(place: number): boolean;
  };
  painter(frame: HTMLElement, seen: Plan, heard: Heard, colours: () => Colours): Drawer;
  visnet(frame: HTMLElement, seen: Plan, heard: Heard, colours: () => Colours): Drawer;
  gestures(board: HTMLElement, heard: Gestures): void;
  networkLabels(): { scale: number; places: number[]; boxes?: number[][] };
  networkPoint(place: number): { x: number; y: number };

  drawList(state: State, printed?: boolean): void;
  drawLegend(state: State): void;
  drawPanel(state: State): void;
  sparqlOf(state: State): string;
  cite(edge?: number): void;
  citation(): string;
  say(words: string): void;
  csvOf(): string;
  drawing(): SVGSVGElement | null;
  standalone(): SVGSVGElement | null;
}

declare var allusion: Allusion;
interface Window { allusion: Allusion; vis: any }
