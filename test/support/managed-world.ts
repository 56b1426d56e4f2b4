import { type Assess, BACKDATED_BY, type Condition, isKept } from '../../src/certificates/assessment.ts';
import { bundleOf, isSameBundle } from '../../src/certificates/bundle.ts';
import {
  type CertificateData,
  certificateDataFrom,
  type Texts,
} from '../../src/certificates/certificate-data.ts';
import { type CaBundles, CertificateKeeper, type SecretStorage } from '../../src/certificates/keeper.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import type { CertificateIssuer } from '../../src/certificates/rotation.ts';

export const SECOND = 1_000;
export const DAY = 24 * 60 * 60 * SECOND;
export const OVERLAP = 60 * SECOND;
/** How much later than it is written an API server may still call by the bundle of before. */
const LAG = 5 * SECOND;
const AUTHORITY_DAYS = 90;
const SERVING_DAYS = 30;

/** Certificates of which only what matters is left, so that thousands of histories cost nothing. */
interface Token {
  readonly id: number;
  readonly issuer: number;
  readonly notBefore: number;
  readonly notAfter: number;
}

const write = (token: Token): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(JSON.stringify(token)).toString('base64')}\n-----END CERTIFICATE-----\n`;

function tokensIn(text: string): Token[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----\n([^-]*)\n-----END/g)].flatMap(([, body = '']) => {
    try {
      return [JSON.parse(Buffer.from(body, 'base64').toString()) as Token];
    } catch {
      return [];
    }
  });
}

const tokenOf = ({ certificate, key }: KeyPair): Token | undefined => {
  const [token] = tokensIn(certificate);
  return token && key === `key ${token.id}` ? token : undefined;
};

function assessDates(token: Token | undefined, now: number): Condition {
  if (!token) return 'useless';
  if (now > token.notAfter) return 'expired';
  const issued = token.notBefore + BACKDATED_BY;
  return now < token.notBefore || now >= issued + ((token.notAfter - issued) * 2) / 3 ? 'due' : 'good';
}

const assessAt =
  (now: () => number): Assess =>
  ({ authority, serving, next, previous }) => {
    const [signer, leaf] = [tokenOf(authority), tokenOf(serving)];
    const issued = leaf && signer && leaf.issuer === signer.id;
    return {
      authority: signer?.issuer === signer?.id ? assessDates(signer, now()) : 'useless',
      serving: issued ? assessDates(leaf, now()) : 'useless',
      ...(next ? { next: assessDates(tokenOf(next), now()) } : {}),
      ...(previous ? { previous: assessDates(tokensIn(previous)[0], now()) } : {}),
    };
  };

interface Bundle {
  /** Since when, by the true clock. */
  readonly since: number;
  readonly text: string;
}

interface Configuration {
  version: number;
  /** The newest last. */
  bundles: Bundle[];
}

interface Read {
  readonly version: number;
  readonly data: Texts;
}

/** One API server with a Secret and two configurations, replicas, and a clock for each. */
export class World {
  /** Milliseconds, true. */
  now = Date.UTC(2026, 10, 22);
  secret: Read | undefined;
  readonly configurations: (Configuration | undefined)[] = [
    { version: 0, bundles: [] },
    { version: 0, bundles: [] },
  ];
  readonly replicas: Replica[] = [];
  /** Nobody may write to the configurations. */
  deaf = false;
  /** The share of calls that come to nothing, or whose answer gets lost, when replicas look the next time. */
  failing = 0;
  /** Each call of the API goes through this: tests decide when it happens. */
  turn: () => Promise<void> = () => Promise.resolve();
  #ids = 0;
  #versions = 0;

  addReplica(): Replica {
    const replica = new Replica(this);
    this.replicas.push(replica);
    return replica;
  }

  make(now: () => number): CertificateIssuer {
    const issue = async (issuer: number | undefined, days: number, latest = Infinity): Promise<KeyPair> => {
      const id = ++this.#ids;
      const notAfter = Math.min(now() + days * DAY, latest);
      const token = { id, issuer: issuer ?? id, notBefore: now() - BACKDATED_BY, notAfter };
      return { certificate: write(token), key: `key ${id}` };
    };
    return {
      authority: () => issue(undefined, AUTHORITY_DAYS),
      serving: (authority) => {
        const signer = tokenOf(authority);
        return issue(signer?.id, SERVING_DAYS, signer?.notAfter);
      },
    };
  }

  readonly store: SecretStorage<Read> = {
    read: async () => {
      await this.turn();
      return this.secret;
    },
    write: async (read, texts) => {
      await this.turn();
      if (read?.version !== this.secret?.version) return false;
      this.writeSecret(texts);
      await this.turn();
      return true;
    },
  };

  readonly callers: CaBundles<{ index: number; version: number; webhooks: { caBundle: string }[] }> = {
    read: async () => {
      await this.turn();
      return this.configurations.flatMap((configuration, index) =>
        configuration
          ? [
              {
                index,
                version: configuration.version,
                webhooks: [{ caBundle: configuration.bundles.at(-1)?.text ?? '' }],
              },
            ]
          : [],
      );
    },
    write: async ({ index, version }, text) => {
      await this.turn();
      if (this.deaf) throw new Error('forbidden');
      if (this.configurations[index]?.version !== version) return false;
      this.writeBundle(index, text);
      await this.turn();
      return true;
    },
  };

  writeSecret(data: Texts): void {
    this.secret = { version: ++this.#versions, data };
  }

  writeBundle(index: number, text: string): void {
    const configuration = this.configurations[index] ?? { version: 0, bundles: [] };
    configuration.version = ++this.#versions;
    configuration.bundles.push({ since: this.now, text });
    this.configurations[index] = configuration;
  }

  /** What an API server that lags may call by just now, webhook by webhook. */
  #trusted(): string[] {
    return this.configurations.flatMap((configuration) =>
      (configuration?.bundles ?? [])
        .filter((_, place, bundles) => (bundles[place + 1]?.since ?? Infinity) >= this.now - LAG)
        .map(({ text }) => text),
    );
  }

  /** A call that would fail just now: to whom, and why. */
  refusedCall(): string | undefined {
    for (const [place, { served }] of this.replicas.entries()) {
      const leaf = served && tokenOf(served);
      if (!leaf) continue;
      if (this.now < leaf.notBefore) return `replica ${place} serves what is not valid yet`;
      if (this.now > leaf.notAfter) return `replica ${place} serves what has expired`;
      for (const bundle of this.#trusted())
        if (!tokensIn(bundle).some(({ id }) => id === leaf.issuer))
          return `replica ${place} serves what ${leaf.issuer} signed; believed are ${tokensIn(bundle)
            .map(({ id }) => id)
            .join(', ')}`;
    }
    return undefined;
  }

  /** What is still not as it should be in the end. */
  unfinished(): string | undefined {
    const data = this.stored;
    if (!data) return 'there is no readable Secret';
    for (const replica of this.replicas) {
      const judged = replica.assess(data);
      if (!isKept(judged.authority) || !isKept(judged.serving)) return `stored: ${JSON.stringify(judged)}`;
      if (replica.served?.certificate !== data.serving.certificate) return 'a replica serves something else';
    }
    if (data.next || data.previous) return 'a roll-over has not ended';
    const untold = this.configurations.filter(
      (configuration) =>
        configuration && !isSameBundle(configuration.bundles.at(-1)?.text ?? '', bundleOf(data)),
    );
    return untold.length > 0 ? 'a configuration has another bundle' : undefined;
  }

  get stored(): CertificateData | undefined {
    return this.secret && certificateDataFrom(this.secret.data);
  }
}

export class Replica {
  served: KeyPair | undefined;
  /** How wrong its wall clock is. */
  wrongBy = 0;
  readonly #world: World;
  #keeper;

  constructor(world: World) {
    this.#world = world;
    this.#keeper = this.#start();
  }

  readonly assess: Assess = (data) => assessAt(() => this.#now())(data);

  look() {
    return this.#keeper.reconcile();
  }

  /** What it remembers is gone, and it serves nothing until it has looked. */
  restart(): void {
    this.served = undefined;
    this.#keeper = this.#start();
  }

  #now(): number {
    return this.#world.now + this.wrongBy;
  }

  #start() {
    const { store, callers } = this.#world;
    return new CertificateKeeper({
      store,
      caBundles: callers,
      assess: this.assess,
      issuer: this.#world.make(() => this.#now()),
      serve: (pair) => {
        this.served = pair;
      },
      overlap: OVERLAP,
      uptime: () => this.#world.now,
    });
  }
}
