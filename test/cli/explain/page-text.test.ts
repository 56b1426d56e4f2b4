import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pageAsText } from '../../../src/cli/explain/page-text.ts';
import { colorsFor } from '../../../src/cli/output/colors.ts';

const plain = colorsFor({ write: () => true }, {});
const coloured = colorsFor({ write: () => true }, { FORCE_COLOR: '1' });

const PAGES = new URL('../../../docs/problems/', import.meta.url);

const PAGE = `# my-code

**Error.** A title.

| consumer | reads |
|---|---|
| webservice | \`variants\` |
| jobs-api | \`image\` |

## Example

\`\`\`yaml old
a:
  b: '# no **heading**'

c: [d](../e)
\`\`\`

\`\`\`yaml bad --today 2027-04-01
| f |
\`\`\`

[check.md](../check.md) and [edits](../catalog-edits.md#why) have the rest,
see [my-other-code](my-other-code.md#a) and [a page](https://example.org/x).

The catalog:

\`\`\`yaml catalog
g: h
\`\`\`
`;

describe('a page of docs/problems in a terminal', () => {
  it('has headings without marks, aligned tables, files for links, and indented examples with their roles', () => {
    expect(pageAsText(PAGE, plain)).toBe(`my-code

Error. A title.

    consumer    reads
    webservice  \`variants\`
    jobs-api    \`image\`

Example

  old:
    a:
      b: '# no **heading**'

    c: [d](../e)

  bad:
    | f |

docs/check.md and docs/catalog-edits.md have the rest,
see my-other-code and a page (https://example.org/x).

The catalog:

    g: h
`);
  });

  it('has its headings and its severity in bold where there are colours', () => {
    const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
    const lines = pageAsText(PAGE, coloured).split('\n');
    expect([lines[0], lines[2], lines[8]]).toEqual([
      bold('my-code'),
      `${bold('Error.')} A title.`,
      bold('Example'),
    ]);
  });

  it.each(readdirSync(PAGES).filter((file) => file !== 'README.md'))('keeps no Markdown of %s', (file) => {
    const text = pageAsText(readFileSync(new URL(file, PAGES), 'utf8'), plain);
    expect(text).not.toMatch(/```|\*\*|^#|\]\(|^\|/m);
    expect(text).toMatch(/^ {2}bad:\n {4}\S/m);
  });
});
