import { type Assess, BACKDATED_BY, type Condition, isUsable } from '../../src/certificates/assessment.ts';
import { bundleOf, isSameBundle } from '../../src/certificates/ca-bundle.ts';
import {
  type CertificateData,
  certificateDataFrom,
  type Texts,
} from '../../src/certificates/certificate-data.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import {
  type CaBundles,
  CertificateReconciler,
  type SecretStorage,
} from '../../src/certificates/reconciler.ts';
import type { CertificateIssuer } from '../../src/certificates/rotation.ts';

export const SECOND = 1_000;
export const DAY = 24 * 60 * 60 * SECOND;
export const OVERLAP = 60 * SECOND;
/** Milliseconds after a write during which an API server may still use the bundle from before. */
const LAG = 5 * SECOND;
const AUTHORITY_DAYS = 90;
const SERVING_DAYS = 30;

/** A fake certificate with the fields that matter, so that thousands of histories are cheap. */
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
  if (!token) return 'invalid';
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
      authority: signer?.issuer === signer?.id ? assessDates(signer, now()) : 'invalid',
      serving: issued ? assessDates(leaf, now()) : 'invalid',
      ...(next ? { next: assessDates(tokenOf(next), now()) } : {}),
      ...(previous ? { previous: assessDates(tokensIn(previous)[0], now()) } : {}),
    };
  };

interface Bundle {
  /** When it was written, by the true clock. */
  readonly since: number;
  readonly text: string;
}

interface Configuration {
  version: number;
  /** In the order of writes. */
  bundles: Bundle[];
}

interface Read {
  readonly version: number;
  readonly data: Texts;
}

/** A simulation of an API server with a Secret and two webhook configurations, and of replicas with a clock each. */
export class World {
  /** Milliseconds of true time. */
  now = Date.UTC(2026, 10, 22);
  secret: Read | undefined;
  readonly configurations: (Configuration | undefined)[] = [
    { version: 0, bundles: [] },
    { version: 0, bundles: [] },
  ];
  readonly replicas: Replica[] = [];
  /** Whether writes to the configurations are forbidden. */
  forbidden = false;
  /** The share of calls of the next reconciliations that fail, or lose their answer. */
  failing = 0;
  /** Every API call waits for this, so that tests decide its order. */
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

  readonly caBundles: CaBundles<{ index: number; version: number; webhooks: { caBundle: string }[] }> = {
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
      if (this.forbidden) throw new Error('forbidden');
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

  /** The bundles that an API server, which may lag, may use now; one row a webhook. */
  #trusted(): string[] {
    return this.configurations.flatMap((configuration) =>
      (configuration?.bundles ?? [])
        .filter((_, place, bundles) => (bundles[place + 1]?.since ?? Infinity) >= this.now - LAG)
        .map(({ text }) => text),
    );
  }

  /** Why a call would fail now, with its replica; undefined when none would. */
  failingCall(): string | undefined {
    for (const [place, { served }] of this.replicas.entries()) {
      const leaf = served && tokenOf(served);
      if (!leaf) continue;
      if (this.now < leaf.notBefore) return `replica ${place} serves a certificate that is not valid yet`;
      if (this.now > leaf.notAfter) return `replica ${place} serves an expired certificate`;
      for (const bundle of this.#trusted())
        if (!tokensIn(bundle).some(({ id }) => id === leaf.issuer))
          return `replica ${place} serves a certificate of ${leaf.issuer}; trusted are ${tokensIn(bundle)
            .map(({ id }) => id)
            .join(', ')}`;
    }
    return undefined;
  }

  /** What is wrong in a state that should be final; undefined when nothing is. */
  unfinished(): string | undefined {
    const data = this.stored;
    if (!data) return 'there is no readable Secret';
    for (const replica of this.replicas) {
      const assessment = replica.assess(data);
      if (!isUsable(assessment.authority) || !isUsable(assessment.serving))
        return `stored: ${JSON.stringify(assessment)}`;
      if (replica.served?.certificate !== data.serving.certificate) return 'a replica serves something else';
    }
    if (data.next || data.previous) return 'a roll-over has not ended';
    const outdated = this.configurations.filter(
      (configuration) =>
        configuration && !isSameBundle(configuration.bundles.at(-1)?.text ?? '', bundleOf(data)),
    );
    return outdated.length > 0 ? 'a configuration has another bundle' : undefined;
  }

  get stored(): CertificateData | undefined {
    return this.secret && certificateDataFrom(this.secret.data);
  }
}

export class Replica {
  served: KeyPair | undefined;
  /** The error of its wall clock in milliseconds. */
  wrongBy = 0;
  readonly #world: World;
  #reconciler;

  constructor(world: World) {
    this.#world = world;
    this.#reconciler = this.#start();
  }

  readonly assess: Assess = (data) => assessAt(() => this.#now())(data);

  reconcile() {
    return this.#reconciler.reconcile();
  }

  /** Forgets what it remembers, and serves nothing until it reconciles. */
  restart(): void {
    this.served = undefined;
    this.#reconciler = this.#start();
  }

  #now(): number {
    return this.#world.now + this.wrongBy;
  }

  #start() {
    const { store, caBundles } = this.#world;
    return new CertificateReconciler({
      store,
      caBundles,
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
