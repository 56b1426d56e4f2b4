import {
  COLLECTION_STYLE,
  dump,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
} from 'js-yaml';
import type { Span } from '../positions.ts';
import { mappingOf, type Pair, type ScalarNode, type YamlNode } from './node.ts';

interface YamlDocument {
  /** Absent if the document has only comments. */
  readonly root: YamlNode | undefined;
  /** From its `---`, where there is one, to the end of its last token. */
  readonly at: Span;
}

export interface Parsed {
  readonly documents: readonly YamlDocument[];
  /** All scalars with text, in document order. Between them are structure and comments. */
  readonly scalars: readonly Token[];
  /** Keys whose pairs the trees omit. */
  readonly oddKeys: readonly OddKey[];
}

interface OddKey {
  readonly at: Span;
  /** `no text`: a collection, an alias or an empty key. `too long`: a text that paths should not repeat. */
  readonly kind: 'no text' | 'too long';
}

/**
 * Maximum length of a key in characters. PyYAML looks no further for the colon (`stale_possible_simple_keys`), and the YAML
 * specification sets the same limit. Paths repeat keys, so a longer key would cost its length for each problem below it.
 */
export const MAX_KEY_LENGTH = 1_024;

export interface Token {
  readonly at: Span;
  readonly style: 'plain' | 'single-quoted' | 'double-quoted' | 'block';
  readonly inFlow: boolean;
  readonly isKey: boolean;
}

export type ParseFault =
  | { readonly kind: 'syntax'; readonly at: Span; readonly reason: string }
  | { readonly kind: 'depth'; readonly at: Span };

/**
 * Reads a stream of YAML documents into trees. js-yaml's events are linear in the length of any text. Its constructor is not
 * used, because it has no positions and reads scalars as YAML 1.2.
 */
export function parseYaml(text: string, maxDepth: number): Parsed | ParseFault {
  try {
    // js-yaml counts a scalar as a level, and a value that may become a key as another; the tree builder counts exactly.
    return new TreeBuilder(text, maxDepth).build(parseEvents(text, { maxDepth: maxDepth + 2 }));
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const start = Math.min(error.mark?.position ?? 0, text.length);
    const at = { start, end: Math.min(start + 1, text.length) };
    if (/maxDepth/.test(error.reason)) return { kind: 'depth', at };
    // Some reasons quote the text in full.
    return { kind: 'syntax', at, reason: error.reason.slice(0, MAX_REASON) };
  }
}

/** js-yaml's own words are shorter than this. */
const MAX_REASON = 150;

interface Frame {
  readonly kind: 'document' | 'mapping' | 'sequence';
  readonly start: number;
  readonly flow: boolean;
  readonly items: YamlNode[];
  readonly pairs: Pair[];
  key: YamlNode | undefined;
  readonly anchor: string | undefined;
}

class TreeBuilder {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #scalars: Token[] = [];
  readonly #oddKeys: OddKey[] = [];
  /** The end of the previous token, which is the place of an empty value. */
  #last = 0;
  /** The nodes of this document that aliases may refer to. A collection is one only once it is closed, so no tree has a cycle. */
  readonly #anchors = new Map<string, YamlNode>();

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  build(events: readonly Event[]): Parsed | ParseFault {
    const documents: YamlDocument[] = [];
    const stack: Frame[] = [];
    for (const event of events) {
      const frame = stack.at(-1);
      switch (event.type) {
        case EVENT_ID.DOCUMENT:
          this.#anchors.clear();
          stack.push(newFrame('document', this.#documentStart(event.explicitStart), false));
          break;
        case EVENT_ID.MAPPING:
        case EVENT_ID.SEQUENCE: {
          // The stack includes the document itself.
          if (stack.length > this.#maxDepth) {
            return { kind: 'depth', at: { start: event.start, end: event.start + 1 } };
          }
          const kind = event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence';
          const flow = event.style === COLLECTION_STYLE.FLOW;
          stack.push(newFrame(kind, event.start, flow, this.#nameAt(event)));
          this.#last = Math.max(this.#last, event.start);
          break;
        }
        case EVENT_ID.SCALAR:
          this.#place(frame, this.#anchored(this.#scalar(event, frame), this.#nameAt(event)));
          break;
        case EVENT_ID.ALIAS: {
          const at = { start: Math.max(0, event.anchorStart - 1), end: event.anchorEnd };
          this.#last = at.end;
          const target = this.#anchors.get(this.#nameAt(event) ?? '');
          this.#place(frame, { kind: 'opaque', at, ...(target && { target }) });
          break;
        }
        case EVENT_ID.POP: {
          stack.pop();
          if (frame?.kind === 'document') {
            const root = frame.items[0];
            const at = { start: frame.start, end: Math.max(frame.start, this.#last) };
            documents.push({ root: isNothing(root) ? undefined : root, at });
          } else if (frame) this.#place(stack.at(-1), this.#anchored(this.#close(frame), frame.anchor));
          break;
        }
        default:
          event satisfies never;
      }
    }
    return { documents, scalars: this.#scalars, oddKeys: this.#oddKeys };
  }

  /** The start of a document. Events do not have it: it is the first `---` after the previous token. */
  #documentStart(explicit: boolean): number {
    if (!explicit) return this.#last;
    const mark = /^---(?=\s|$)/gm;
    mark.lastIndex = this.#last;
    const found = mark.exec(this.#text)?.index ?? this.#last;
    this.#last = Math.max(this.#last, found + 3);
    return found;
  }

  /** The name of an anchor or alias, without its `&` or `*`. */
  #nameAt({ anchorStart, anchorEnd }: { anchorStart: number; anchorEnd: number }): string | undefined {
    return anchorStart < 0 ? undefined : this.#text.slice(anchorStart, anchorEnd);
  }

  #anchored(node: YamlNode, anchor: string | undefined): YamlNode {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>, frame: Frame | undefined): ScalarNode {
    const { style } = event;
    const quote = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
    if (event.valueStart < 0 && !quote && style === SCALAR_STYLE.PLAIN) {
      return { kind: 'scalar', at: { start: this.#last, end: this.#last }, text: '', plain: true };
    }
    const start = event.valueStart < 0 ? this.#last : event.valueStart - quote;
    const at = { start, end: Math.max(start, event.valueEnd + quote) };
    this.#last = at.end;
    this.#scalars.push({
      at,
      style: styleName(style),
      inFlow: frame?.flow ?? false,
      isKey: frame?.kind === 'mapping' && frame.key === undefined,
    });
    return {
      kind: 'scalar',
      at,
      text: getScalarValue(this.#text, event),
      plain: style === SCALAR_STYLE.PLAIN,
    };
  }

  #place(frame: Frame | undefined, node: YamlNode): void {
    if (frame?.kind !== 'mapping') frame?.items.push(node);
    else if (frame.key === undefined) {
      frame.key = node;
      const odd = oddity(node);
      if (odd) this.#oddKeys.push({ at: node.at, kind: odd });
    } else {
      if (frame.key.kind === 'scalar' && !oddity(frame.key))
        frame.pairs.push({ key: frame.key, value: node });
      frame.key = undefined;
    }
  }

  #close(frame: Frame): YamlNode {
    const at = { start: frame.start, end: Math.max(frame.start, this.#last) };
    return frame.kind === 'mapping'
      ? mappingOf(at, frame.pairs)
      : { kind: 'sequence', at, items: frame.items };
  }
}

const newFrame = (kind: Frame['kind'], start: number, flow: boolean, anchor?: string): Frame => ({
  kind,
  start,
  flow,
  anchor,
  items: [],
  pairs: [],
  key: undefined,
});

const isNothing = (node: YamlNode | undefined): boolean =>
  node === undefined || (node.kind === 'scalar' && node.plain && node.text === '');

function oddity(key: YamlNode): OddKey['kind'] | undefined {
  if (key.kind !== 'scalar' || isNothing(key)) return 'no text';
  return key.text.length > MAX_KEY_LENGTH ? 'too long' : undefined;
}

function styleName(style: number): Token['style'] {
  switch (style) {
    case SCALAR_STYLE.PLAIN:
      return 'plain';
    case SCALAR_STYLE.SINGLE_QUOTED:
      return 'single-quoted';
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return 'double-quoted';
    default:
      return 'block';
  }
}

/** Plain values as YAML that readers of YAML 1.1 and 1.2 read alike. Long lines are not folded. */
export const toYaml = (value: unknown): string => dump(value, { lineWidth: -1, noRefs: true });
