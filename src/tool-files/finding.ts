import type { Entry } from '../catalog/entry.ts';
import type { Span } from '../catalog/positions.ts';
import type { Severity } from '../catalog/problem.ts';
import type { ScalarNode } from '../catalog/yaml/node.ts';
import type { ToolFileKind } from './shape.ts';

interface FilePlace {
  readonly at: Span;
  /** The path of the field, such as `[0].image`. */
  readonly field: string;
  readonly file: ToolFileKind;
}

/** The codes about an image, the gravest first. An image gets one finding: its gravest code. */
export const imageCodes = [
  'image-past-removal',
  'image-unknown',
  'no-image-for-asker',
  'image-deprecated',
  'image-old-url',
  'image-alias',
] as const;

export type ImageCode = (typeof imageCodes)[number];

/** One finding about an image that a file of a tool asks for: facts alone. `finding-message.ts` has the words. */
export interface ImageFinding extends FilePlace {
  readonly code: ImageCode;
  /** The lesser codes that hold, too, in the order of `imageCodes`. */
  readonly also: readonly ImageCode[];
  /** As written. */
  readonly image: string;
  /** Absent if the catalog has no such image. */
  readonly entry?: Entry;
  /** `deprecationFact` of the entry. */
  readonly deprecation?: string;
  /** The entry that an unknown image probably means, in the form of `instead`. */
  readonly meant?: string;
  /** The same entry, asked for by its name or a listed URL; absent if the text is that already. */
  readonly instead?: string;
  /** The entry that replaces a deprecated one, asked for in the same form. */
  readonly replacement?: string;
  /** The scalar to change; absent if the file must not be changed there. */
  readonly scalar?: ScalarNode;
}

export type ToolFinding =
  | ImageFinding
  | ({ readonly code: 'backend-gone'; readonly backend: string } & FilePlace)
  | ({ readonly code: 'deprecated-builder' } & FilePlace);

export type ToolFindingCode = ToolFinding['code'];

/** Severity and title of every code. A new code does not compile without its row. */
export const toolFindingInfo: Readonly<Record<ToolFindingCode, { severity: Severity; title: string }>> = {
  'image-past-removal': { severity: 'error', title: "A tool's file asks for an image past its removal date" },
  'image-unknown': { severity: 'error', title: "A tool's file asks for an image that does not exist" },
  'no-image-for-asker': { severity: 'error', title: 'The entry has no image for the client of this file' },
  'image-deprecated': { severity: 'warning', title: "A tool's file asks for a deprecated image" },
  'image-old-url': { severity: 'warning', title: "A tool's file has an old URL of an image" },
  'image-alias': { severity: 'warning', title: "A tool's file asks for an image by an alias" },
  'backend-gone': { severity: 'error', title: "A tool's file asks for a backend that no longer exists" },
  'deprecated-builder': { severity: 'warning', title: 'A component is built with deprecated versions' },
};
