// The faults that can be planted into a source text, each as one replacement.
import { parseAst } from 'vitest/node';

/**
 * @typedef {{readonly start: number, readonly end: number, readonly text: string}} Fault
 * @typedef {{readonly type: string, readonly start: number, readonly end: number, readonly [field: string]: any}} Node
 * @typedef {(node: Node, source: string, parent: Node | undefined) => readonly Fault[]} Planter
 */

/** @type {Readonly<Record<string, readonly string[]>>} */
const OTHER_OPERATORS = {
  '&&': ['||'],
  '||': ['&&'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
  '??=': ['='],
  '++': ['--'],
  '--': ['++'],
};

/** @type {Readonly<Record<string, string>>} */
const OTHER_METHODS = {
  every: 'some',
  some: 'every',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  push: 'unshift',
  unshift: 'push',
  shift: 'pop',
  pop: 'shift',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
};

/** Methods whose result has the type of their object, so that a call can be left out. */
const DROPPED_METHODS = new Set([
  ...['filter', 'sort', 'toSorted', 'reverse', 'slice', 'trim', 'trimEnd', 'trimStart'],
  ...['toLowerCase', 'replace', 'replaceAll', 'concat', 'unref', 'ref'],
]);

/** @type {(node: Node, text: string) => Fault} */
const instead = ({ start, end }, text) => ({ start, end, text });

/** @type {(node: Node, source: string) => string} */
const textOf = ({ start, end }, source) => source.slice(start, end);

/** @type {(between: number, before: number, operator: string, source: string) => readonly Fault[]} */
function otherOperators(between, before, operator, source) {
  const start = source.indexOf(operator, between);
  if (start < 0 || start >= before) return [];
  return (OTHER_OPERATORS[operator] ?? []).map((text) => ({ start, end: start + operator.length, text }));
}

/** @type {Planter} */
const ofOperator = ({ left, right, operator }, source) =>
  otherOperators(left.end, right.start, operator, source);

/** @type {(test: Node) => readonly Fault[]} */
const bothBranches = (test) => [instead(test, 'true'), instead(test, 'false')];

/** @type {Readonly<Record<string, Planter>>} */
const planters = {
  LogicalExpression: (node, source, parent) =>
    node.operator === '??' ? [instead(node, textOf(node.left, source))] : ofOperator(node, source, parent),
  BinaryExpression: ofOperator,
  AssignmentExpression: ofOperator,
  UpdateExpression: (node, source) => otherOperators(node.start, node.end, node.operator, source),
  UnaryExpression: (node, source) =>
    ['!', '-'].includes(node.operator) ? [instead(node, textOf(node.argument, source))] : [],
  ConditionalExpression: ({ test }) => bothBranches(test),
  IfStatement: ({ test }) => bothBranches(test),
  WhileStatement: ({ test }) => [instead(test, 'false')],
  ContinueStatement: (node) => [instead(node, 'break;')],
  BreakStatement: (node, _source, parent) =>
    parent?.type === 'SwitchCase' ? [] : [instead(node, 'continue;')],
  ExpressionStatement: (node) => (node.directive ? [] : [instead(node, ';')]),
  Literal(node) {
    const { value } = node;
    if (typeof value === 'boolean') return [instead(node, String(!value))];
    // Skips large numbers: one more second or byte is no fault.
    if (typeof value === 'number') return value < 100 ? [instead(node, String(value + 1))] : [];
    if (typeof value === 'string') return [instead(node, value === '' ? "'planted'" : "''")];
    return [];
  },
  TemplateLiteral: (node) => [instead(node, '``')],
  ArrayExpression: (node) => (node.elements.length > 0 ? [instead(node, '[]')] : []),
  CallExpression(node, source) {
    const { callee } = node;
    if (callee.type !== 'MemberExpression' || callee.computed) return [];
    const { object, property } = callee;
    const other = OTHER_METHODS[property.name];
    return [
      ...(DROPPED_METHODS.has(property.name) ? [instead(node, textOf(object, source))] : []),
      ...(other === undefined ? [] : [instead(property, other)]),
    ];
  },
  MemberExpression: ({ optional, object, computed }, source) =>
    optional && source.startsWith('?.', object.end)
      ? [{ start: object.end, end: object.end + 2, text: computed ? '' : '.' }]
      : [],
};

/** Nodes in which a fault would be invalid TypeScript, or change only a type. */
const SKIPPED = /^(?:TS(?!As|NonNull|Satisfies)|Import|ExportAll|TemplateElement$)/;

/**
 * All faults that the planters know, in the order of the text. Each leaves a text that parses.
 *
 * @param {string} source a text in TypeScript
 * @returns {readonly Fault[]}
 */
export function faultsIn(source) {
  /** @type {Fault[]} */
  const faults = [];
  /** @param {Node} node @param {Node} [parent] */
  const visit = (node, parent) => {
    if (SKIPPED.test(node.type)) return;
    faults.push(...(planters[node.type]?.(node, source, parent) ?? []));
    for (const [field, value] of Object.entries(node)) {
      if (field === 'key' && !node.computed) continue;
      for (const child of Array.isArray(value) ? value : [value])
        if (child && typeof child === 'object' && typeof child.type === 'string') visit(child, node);
    }
  };
  visit(/** @type {any} */ (parseAst(source, { lang: 'ts' })));
  return faults
    .filter((fault) => plant(source, fault) !== source && parses(plant(source, fault)))
    .sort((one, other) => one.start - other.start);
}

/** @type {(source: string, fault: Fault) => string} */
export const plant = (source, { start, end, text }) => source.slice(0, start) + text + source.slice(end);

/**
 * In words: the number of its line, the line, and the change.
 *
 * @param {string} source
 * @param {Fault} fault
 */
export function describeFault(source, { start, end, text }) {
  const line = source.slice(0, start).split('\n').length;
  const code = (source.split('\n')[line - 1] ?? '').trim();
  const before = source.slice(start, end).replace(/\s+/g, ' ');
  return { line, code, change: `${before}  →  ${text || '(nothing)'}` };
}

/**
 * The faults of equivalent.txt or gravest.txt, each as `FILE: CODE\nCHANGE`.
 *
 * @param {string} list
 * @returns {ReadonlySet<string>}
 */
export const listedIn = (list) =>
  new Set(
    list
      .split('\n\n')
      .filter((block) => block.startsWith('src/'))
      .map((block) =>
        block
          .split('\n')
          .slice(0, 2)
          .map((line) => line.trim())
          .join('\n'),
      ),
  );

/** @param {string} source */
function parses(source) {
  try {
    parseAst(source, { lang: 'ts' });
    return true;
  } catch {
    return false;
  }
}
