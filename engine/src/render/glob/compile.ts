/** @see github.com/gobwas/glob v0.2.3 compiler/compiler.go */
import {
  anyMatcher,
  anyOfMatcher,
  containsMatcher,
  everyOfMatcher,
  listMatcher,
  type Matcher,
  maxMatcher,
  minMatcher,
  nothingMatcher,
  prefixAnyMatcher,
  prefixMatcher,
  prefixSuffixMatcher,
  rangeMatcher,
  rowMatcher,
  singleMatcher,
  suffixAnyMatcher,
  suffixMatcher,
  superMatcher,
  textMatcher,
  type TreeMatcher,
  treeMatcher,
  unknown,
} from './matchers.ts';
import { bytesOf } from './runes.ts';
import type { GlobNode } from './syntax.ts';

/** What matches a pattern. */
export function compileNode(node: GlobNode): Matcher {
  switch (node.kind) {
    case 'anyOf': {
      const [only, ...others] = node.children;
      if (only !== undefined && others.length === 0) {
        return compileNode(only);
      }
      const factored = factorOut(node.children);
      return factored === undefined ? anyOfMatcher(node.children.map(compileNode)) : compileNode(factored);
    }
    case 'pattern':
      return node.children.length === 0
        ? nothingMatcher
        : simplified(join(gluedTogether(node.children.map(compileNode))));
    case 'any':
      return anyMatcher;
    case 'super':
      return superMatcher;
    case 'single':
      return singleMatcher;
    case 'nothing':
      return nothingMatcher;
    case 'list':
      return simplified(listMatcher(node.runes, node.isNegated));
    case 'range':
      return rangeMatcher(node.low, node.high, node.isNegated);
    case 'text':
      return textMatcher(bytesOf(node.text));
  }
}

/** The same by a shorter way. @see optimizeMatcher */
function simplified(matcher: Matcher): Matcher {
  if (matcher.kind === 'list') {
    return matcher.isNegated || matcher.runes.length !== 1
      ? matcher
      : textMatcher(bytesOf(String.fromCodePoint(...matcher.runes)));
  }
  return matcher.kind === 'tree' ? simplifiedTree(matcher) : matcher;
}

function simplifiedTree({ tree, lengths }: TreeMatcher): Matcher {
  const { value } = tree;
  const left = tree.left && simplified(tree.left);
  const right = tree.right && simplified(tree.right);
  if (value.kind === 'text') {
    const { text } = value;
    if (left === undefined && right === undefined) {
      return value;
    }
    if (left?.kind === 'super' && right?.kind === 'super') {
      return containsMatcher(text, false);
    }
    if (right === undefined) {
      switch (left?.kind) {
        case 'super':
          return suffixMatcher(text);
        case 'prefix':
          return prefixSuffixMatcher(left.text, text);
        case 'any':
          return suffixAnyMatcher(text);
        default:
      }
    }
    if (left === undefined) {
      switch (right?.kind) {
        case 'super':
          return prefixMatcher(text);
        case 'suffix':
          return prefixSuffixMatcher(text, right.text);
        case 'any':
          return prefixAnyMatcher(text);
        default:
      }
    }
  }
  return treeMatcher({ value, left, right }, lengths);
}

/** One matcher for several: around the longest of known length. @see compileMatchers */
function join(matchers: readonly Matcher[]): Matcher {
  const [first, ...rest] = matchers;
  if (first === undefined) {
    return nothingMatcher;
  }
  if (rest.length === 0) {
    return first;
  }
  const glued = glue(matchers);
  if (glued !== undefined) {
    return glued;
  }
  let longest = -1;
  for (const [index, { length }] of matchers.entries()) {
    if (length !== unknown && length >= (matchers[longest]?.length ?? 0)) {
      longest = index;
    }
  }
  const value = matchers[longest];
  if (value === undefined) {
    return treeMatcher({ value: first, left: undefined, right: join(rest) });
  }
  const before = matchers.slice(0, longest);
  const behind = matchers.slice(longest + 1);
  return treeMatcher({
    value,
    left: before.length === 0 ? undefined : join(before),
    right: behind.length === 0 ? undefined : join(behind),
  });
}

/** As few matchers as gluing neighbours together makes of them. @see minimizeMatchers */
function gluedTogether(matchers: readonly Matcher[]): readonly Matcher[] {
  let best: { readonly glued: Matcher; readonly start: number; readonly end: number } | undefined;
  for (let start = 0; start < matchers.length; start++) {
    for (let end = matchers.length; end > start; end--) {
      const glued = glue(matchers.slice(start, end));
      const isBetter =
        best === undefined ||
        (glued !== undefined && best.glued.length > unknown && glued.length > best.glued.length) ||
        best.end - best.start < end - start;
      if (glued !== undefined && isBetter) {
        best = { glued, start, end };
      }
    }
  }
  if (best === undefined) {
    return matchers;
  }
  const next = [...matchers.slice(0, best.start), best.glued, ...matchers.slice(best.end)];
  return next.length === matchers.length ? next : gluedTogether(next);
}

function glue(matchers: readonly Matcher[]): Matcher | undefined {
  if (matchers.length <= 1) {
    return undefined;
  }
  return glueStars(matchers) ?? (matchers.some(({ length }) => length === unknown) ? undefined : rowMatcher(matchers));
}

/** Stars, question marks and negated lists that all stop at the same runes. @see glueMatchersAsEvery */
function glueStars(matchers: readonly Matcher[]): Matcher | undefined {
  const stops = new Set<string>();
  let [hasAny, hasSuper, singles] = [false, false, 0];
  for (const matcher of matchers) {
    switch (matcher.kind) {
      case 'super':
        stops.add('');
        hasSuper = true;
        break;
      case 'any':
        stops.add('/');
        hasAny = true;
        break;
      case 'single':
        stops.add('/');
        singles++;
        break;
      case 'list':
        if (!matcher.isNegated) {
          return undefined;
        }
        stops.add(String.fromCodePoint(...matcher.runes));
        singles++;
        break;
      default:
        return undefined;
    }
  }
  const [stop = '', ...others] = stops;
  if (others.length > 0) {
    return undefined;
  }
  if (singles === 0) {
    return hasSuper ? superMatcher : anyMatcher;
  }
  const exactly = hasAny || hasSuper ? [] : [maxMatcher(singles)];
  // The runes to stop at count as one text here, in the order in which they stand in the list.
  return everyOfMatcher([minMatcher(singles), ...exactly, containsMatcher(bytesOf(stop), true)]);
}

/** What alternatives begin and end with alike goes in front of and behind them. @see minimizeTreeAnyOf */
function factorOut(alternatives: readonly GlobNode[]): GlobNode | undefined {
  const children = alternatives.map((each) => (each.kind === 'pattern' ? each.children : [each]));
  const { left, right } = commonParts(children);
  if (left.length === 0 && right.length === 0) {
    return undefined;
  }
  const rests: GlobNode[] = [];
  for (const each of children) {
    const rest = each.slice(left.length, each.length - right.length);
    const node: GlobNode = rest.length === 0 ? { kind: 'nothing' } : { kind: 'pattern', children: rest };
    if (!rests.some((one) => isSame(one, node))) {
      rests.push(node);
    }
  }
  const [only] = rests;
  const middle: GlobNode[] =
    rests.length > 1
      ? [{ kind: 'anyOf', children: rests }]
      : only === undefined || only.kind === 'nothing'
        ? []
        : [only];
  return { kind: 'pattern', children: [...patternOf(left), ...middle, ...patternOf(right)] };
}

function patternOf(children: readonly GlobNode[]): readonly GlobNode[] {
  return children.length === 0 ? [] : [{ kind: 'pattern', children }];
}

/** Measured by the first of the shortest alternatives. @see commonChildren */
function commonParts(alternatives: readonly (readonly GlobNode[])[]): {
  readonly left: readonly GlobNode[];
  readonly right: readonly GlobNode[];
} {
  const left: GlobNode[] = [];
  const right: GlobNode[] = [];
  const shortest = alternatives.reduce<readonly GlobNode[] | undefined>(
    (least, each) => (least === undefined || each.length < least.length ? each : least),
    undefined,
  );
  if (shortest === undefined || alternatives.length <= 1) {
    return { left, right };
  }
  const others = alternatives.filter((each) => each !== shortest);
  let [isLeftDone, isRightDone] = [false, false];
  for (let [start, end] = [0, shortest.length - 1]; end >= 0; start++, end--) {
    if (left.length + right.length >= shortest.length || (isLeftDone && isRightDone)) {
      break;
    }
    const [first, last] = [shortest[start], shortest[end]];
    for (const other of others) {
      isLeftDone ||= !isSame(first, other[start]);
      // Parts that the left has already are not looked for on the right.
      isRightDone ||= !isLeftDone && end <= start;
      isRightDone ||= !isSame(last, other[end + other.length - shortest.length]);
      if (isLeftDone && isRightDone) {
        break;
      }
    }
    if (!isLeftDone && first !== undefined) {
      left.push(first);
    }
    if (!isRightDone && last !== undefined) {
      right.unshift(last);
    }
  }
  return { left, right };
}

function isSame(a: GlobNode | undefined, b: GlobNode | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
