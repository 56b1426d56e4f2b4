import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { faultOfCaBundle } from '../../certificates/ca-bundle.ts';
import { whenChanged } from '../../certificates/when-changed.ts';
import type { Log } from '../../log.ts';
import { type DirectoryWatch, type DirectoryWatchOptions, watchDirectory } from '../../server/file-watch.ts';
import { UsageError } from '../command-result.ts';
import { whatHappened } from '../read-input.ts';

interface FollowOptions {
  /** Called with each PEM text that is a usable CA bundle. */
  readonly trust: (pem: string) => void;
  readonly log: Log;
  readonly watch: DirectoryWatchOptions;
}

/** A client CA in a file. */
export interface ClientCa {
  /** The text at the start. */
  readonly pem: string;
  /** Watches the file. The last good text remains in force. */
  readonly follow: (options: FollowOptions) => DirectoryWatch;
}

/** Rejects with `UsageError` when the file is no usable CA bundle: otherwise the server would trust all clients, or none. */
export async function readClientCa(file: string): Promise<ClientCa> {
  const read = await readBundle(file);
  if ('fault' in read) throw new UsageError(`--client-ca: ${read.fault}`);
  return { pem: read.pem, follow: (options) => follow(file, read.pem, options) };
}

function follow(file: string, atStart: string, { trust, log, watch }: FollowOptions): DirectoryWatch {
  let trusted = atStart;
  let lastFault: string | undefined;
  const faultOf = whenChanged(faultOfCaBundle);
  log.info({ clientAuthorities: { file } }, 'client certificates required');
  return watchDirectory(
    dirname(file),
    async () => {
      const read = await readBundle(file, faultOf);
      const fault = 'fault' in read ? read.fault : undefined;
      if (fault !== undefined && fault !== lastFault)
        log.error({ clientAuthorities: { file, fault } }, 'client CA not loaded');
      lastFault = fault;
      if ('fault' in read || read.pem === trusted) return;
      trust(read.pem);
      trusted = read.pem;
      log.info({ clientAuthorities: { file } }, 'client CA replaced');
    },
    watch,
  );
}

async function readBundle(
  file: string,
  faultOf = faultOfCaBundle,
): Promise<{ readonly pem: string } | { readonly fault: string }> {
  try {
    const pem = await readFile(file, 'utf8');
    const fault = faultOf(pem);
    return fault === undefined ? { pem } : { fault: `${file} ${fault}` };
  } catch (error) {
    return { fault: `cannot read ${file}: ${whatHappened(error)}` };
  }
}
