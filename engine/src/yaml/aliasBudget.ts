import { YamlError } from './error.ts';
import type { AliasNode } from './node.ts';

/** Up to so many decoded nodes nearly all may come from aliases; from the second figure on, a tenth. */
const smallDocument = 400_000;
const largeDocument = 4_000_000;
const shareInSmall = 0.99;
const shareInLarge = 0.1;

/** Guards against texts that a few aliases blow up. @see go.yaml.in/yaml/v2 v2.4.4 decode.go, allowedAliasRatio */
export class AliasBudget {
  #decoded = 0;
  #fromAliases = 0;
  readonly #open = new Set<AliasNode>();

  /** One node is decoded. */
  count(): void {
    this.#decoded++;
    if (this.#open.size === 0) {
      return;
    }
    this.#fromAliases++;
    const isLarge = this.#fromAliases > 100 && this.#decoded > 1000;
    if (isLarge && this.#fromAliases / this.#decoded > allowedShare(this.#decoded)) {
      throw new YamlError('alias', 'yaml: document contains excessive aliasing');
    }
  }

  /** Takes a count back: the node is counted again. */
  uncount(): void {
    this.#decoded--;
    if (this.#open.size > 0) {
      this.#fromAliases--;
    }
  }

  /** Decodes what an alias stands for. */
  within<T>(alias: AliasNode, decode: () => T): T {
    if (this.#open.has(alias)) {
      throw new YamlError('alias', `yaml: anchor '${alias.name}' value contains itself`, { position: alias.start });
    }
    this.#open.add(alias);
    const decoded = decode();
    this.#open.delete(alias);
    return decoded;
  }
}

function allowedShare(decoded: number): number {
  if (decoded <= smallDocument) {
    return shareInSmall;
  }
  if (decoded >= largeDocument) {
    return shareInLarge;
  }
  return shareInSmall - (shareInSmall - shareInLarge) * ((decoded - smallDocument) / (largeDocument - smallDocument));
}
