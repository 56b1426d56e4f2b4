import { Buffer } from 'node:buffer';
import { test } from 'vitest';
import type { Webhook } from '../answers.ts';
import { bytesFuzz } from '../bytes.ts';
import { expectNoticed } from './planting.ts';

/** The bytes are read as other bytes. */
const reading =
  (change: (text: string, body: Uint8Array) => string) =>
  (webhook: Webhook): Webhook =>
  (body) =>
    webhook(Buffer.from(change(Buffer.from(body).toString(), body)));

const faults: Readonly<Record<string, (webhook: Webhook) => Webhook>> = {
  'what is no UTF-8 is mended': reading((text) => text),
  'what is cut short is completed': reading((text) => `${text}}`),
  'what follows is dropped': reading((text) => text.slice(0, text.lastIndexOf('}') + 1)),
  'of a repeated key the first counts': reading((text) =>
    text.replace(/("image":"[^"]*",)"image":"[^"]*"/, '$1"x":0'),
  ),
  'a mark of the byte order is an error': reading((text, body) => (body[0] === 0xef ? '' : text)),
  'NUL is skipped': reading((text) => text.replaceAll('\u0000', '')),
  'it crashes over what is deep': (webhook) => (body) => {
    JSON.stringify(tryParse(body));
    return webhook(body);
  },
};

function tryParse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

test.each(Object.entries(faults))('it is noticed of bytes: %s', (_, faulty) =>
  expectNoticed(bytesFuzz(faulty), 3_000),
);
