import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { Unchecked } from './unchecked.ts';

export interface Address {
  readonly address: string;
  readonly family: number;
}

export type ResolveHost = (hostname: string) => Promise<readonly Address[]>;

export const resolveHost: ResolveHost = (hostname) => lookup(hostname, { all: true });

/**
 * Resolves each host once: all later connections go to the addresses that were checked then, so a name that resolves anew
 * changes nothing.
 */
export function checkedAddresses(resolve: ResolveHost): (hostname: string) => Promise<readonly Address[]> {
  const known = new Map<string, Promise<readonly Address[]>>();
  return (hostname) => {
    const addresses = known.get(hostname) ?? resolve(hostname).then(checked);
    known.set(hostname, addresses);
    return addresses;
  };
}

function checked(found: readonly Address[]): readonly Address[] {
  if (found.length === 0) throw new Unchecked('the name of the host has no address', 'correct the host');
  const wrong = found.find(({ address, family }) =>
    noRegistry.check(address, family === 6 ? 'ipv6' : 'ipv4'),
  );
  if (wrong)
    throw new Unchecked(
      `the name of the host resolves to ${wrong.address}, which no registry has`,
      'correct the address of the host',
    );
  return found;
}

/**
 * Addresses that are no server's, and link-local ones, where clouds keep the metadata of machines. Private ones are fine: the
 * registry of a cluster may have one.
 */
const noRegistry = new BlockList();
noRegistry.addSubnet('0.0.0.0', 8);
noRegistry.addSubnet('169.254.0.0', 16);
noRegistry.addSubnet('224.0.0.0', 3);
noRegistry.addAddress('::', 'ipv6');
noRegistry.addSubnet('fe80::', 10, 'ipv6');
noRegistry.addSubnet('ff00::', 8, 'ipv6');
