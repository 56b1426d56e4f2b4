import { describe, expect, it } from 'vitest';
import { catalogOf, findingsOf, imageOf, problemsOf } from '../../support/problems.ts';

const withState = (state: string) =>
  catalogOf(`node18: {state: ${state}, variants: {}, image: ${imageOf('node18')}}`);

describe('unknown-value of a state', () => {
  it('names the allowed states and the nearest one', () => {
    expect(problemsOf(withState('depracated'))).toEqual([
      {
        code: 'unknown-value',
        severity: 'error',
        line: 1,
        column: 17,
        field: 'node18.state',
        message: '"depracated" is not allowed here (did you mean deprecated?)',
        remedy: 'write one of: stable, deprecated, beta',
      },
    ]);
  });

  it('says of default that there is no default image', () => {
    expect(problemsOf(withState('default')).map(({ message }) => message)).toEqual([
      'the state is "default", and there is no default image',
    ]);
  });

  it.each(['Stable', 'STABLE', 'Deprecated'])(
    'rejects %s, because consumers compare case-sensitively',
    (state) => {
      expect(problemsOf(withState(state)).map(({ message }) => message)).toEqual([
        `"${state}" is not allowed here (did you mean ${state.toLowerCase()}?)`,
      ]);
    },
  );

  it.each(["''", 'obsolete', 'constructor'])('rejects %s without a suggestion', (state) => {
    expect(problemsOf(withState(state)).map(({ message }) => message)).toEqual([
      `"${state.replaceAll("'", '')}" is not allowed here`,
    ]);
  });

  it('accepts exactly the states of the policy', () => {
    expect(findingsOf(withState('retired'), { states: ['stable', 'retired'] })).toEqual([]);
    expect(problemsOf(withState('beta'), { states: ['stable'] }).map(({ remedy }) => remedy)).toEqual([
      'write stable',
    ]);
  });

  it.each(['stable', 'deprecated', "'stable'", '"stable"'])('accepts %s', (state) => {
    expect(findingsOf(withState(state))).toEqual([]);
  });
});

describe('state-beta', () => {
  it('warns that the consumers disagree about it', () => {
    expect(problemsOf(withState('beta'))).toEqual([
      {
        code: 'state-beta',
        severity: 'warning',
        line: 1,
        column: 17,
        field: 'node18.state',
        message: 'the state is beta: webservice lists such an entry, jobs hides it',
        remedy: 'write stable once both are to list it',
      },
    ]);
  });
});
