// A post-renderer of helm. Pods have no network here, so each webhook gets a URL with the given port in place of the Service.
import { text } from 'node:stream/consumers';
import { loadAll } from 'js-yaml';

const [port] = process.argv.slice(2);
/** @type {unknown[]} */
const documents = loadAll(await text(process.stdin));
for (const document of documents) {
  if (document === null || document === undefined) continue;
  const object = /** @type {{webhooks?: {clientConfig: {service?: {path: string}, url?: string}}[]}} */ (
    document
  );
  for (const webhook of object.webhooks ?? [])
    webhook.clientConfig = { url: `https://127.0.0.1:${port}${webhook.clientConfig.service?.path}` };
  console.log(`---\n${JSON.stringify(object)}`);
}
