import type { Json } from '../support/reviews.ts';

/** Whether a label selector of Kubernetes selects what has these labels. An empty one selects everything. */
export function selects(selector: Json, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression: Json) => holds(expression, labels));
}

function holds({ key, operator, values }: Json, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      throw new Error(`a label selector has no operator ${operator}`);
  }
}
