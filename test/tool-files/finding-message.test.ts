import { describe, expect, it } from 'vitest';
import { describeToolFinding } from '../../src/tool-files/finding-message.ts';
import { jobWith, podWith, toolFindings } from '../support/tools.ts';

const words = (text: string): string[] =>
  toolFindings(text).map((finding) => {
    const { message, remedy } = describeToolFinding(finding);
    return `${message}; ${remedy}`;
  });

const R = 'docker-registry.svc.toolforge.org';

describe('the words of a finding', () => {
  it('say everything that holds, the gravest first, and what to write', () => {
    expect(words(jobWith('tf-node12'))).toEqual([
      'node12 is deprecated; use node20; its removal date 2026-06-01 has passed; "tf-node12" is an alias of node12; write node20; see https://wikitech.wikimedia.org/wiki/News/Node12',
    ]);
  });

  it('name a URL where a manifest has a URL, with a tag where it has a tag', () => {
    expect(words(podWith(`${R}/tf-python39`))).toEqual([
      `"${R}/tf-python39" is called like python3.9, but the catalog does not list it; write ${R}/toolforge-python39-sssd-web`,
    ]);
    expect(words(podWith(`${R}/toolforge-python37-sssd-web:latest`))).toEqual([
      `python3.7 is deprecated; use python3.11; removal on 2027-03-01; write ${R}/toolforge-python311-sssd-web:latest`,
    ]);
    expect(words(podWith(`${R}/toolforge-pyhton39-sssd-web:latest`))).toEqual([
      `the catalog has no image "${R}/toolforge-pyhton39-sssd-web:latest"; did you mean ${R}/toolforge-python39-sssd-web:latest?`,
    ]);
  });

  it('name an example where the catalog names no replacement', () => {
    expect(words('type: php7.4\n')).toEqual([
      'php7.4 is deprecated; newer: php8.2; choose another image, such as php8.2',
    ]);
    expect(words(jobWith('tf-php74'))).toEqual([
      'php7.4 is deprecated; newer: php8.2; "tf-php74" is an alias of php7.4; choose another image, such as php8.2, or write php7.4',
    ]);
  });

  it('do not tell people to edit what webservice writes', () => {
    expect(words('web: python3.7\nbackend: gridengine\n')).toEqual([
      'python3.7 is deprecated; use python3.11; removal on 2027-03-01; webservice writes this file: stop it, and start it with the type python3.11',
      'the backend "gridengine" no longer exists; stop the webservice and start it again: webservice writes this file',
    ]);
  });

  it('stay short, whatever the file holds', () => {
    const [text = ''] = words(jobWith('x'.repeat(10_000)));
    expect(text.length).toBeLessThan(500);
  });
});
