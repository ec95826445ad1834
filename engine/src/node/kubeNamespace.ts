import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fromBytes, type GoMap, isList, isMap, trimSpace, type Value } from '../gostd/index.ts';
import { decodeMap, YamlError } from '../yaml/index.ts';

/**
 * The namespace that `helm` goes by where nobody names one: of the kubeconfig's context, else of the pod that this
 * runs in, else `default`. Files are read, and nothing else; a kubeconfig that is none counts for nothing.
 *
 * @param variables of the process
 * @see helm v4.3.1 pkg/cli/environment.go, Namespace, and k8s.io/client-go v0.37.1 tools/clientcmd
 */
export function usualNamespace(variables: NodeJS.ProcessEnv): string {
  const places = variables['KUBECONFIG'] ?? '';
  const files =
    places === '' ? [path.join(variables['HOME'] ?? homedir(), '.kube', 'config')] : places.split(path.delimiter);
  const texts = files.map(readText).filter((text) => text !== undefined);
  const wanted = variables['HELM_KUBECONTEXT'] ?? '';
  // Reading YAML takes its time, and most files name no namespace.
  const isNamed = wanted !== '' || texts.some((text) => text.includes('namespace'));
  return (isNamed ? contextNamespace(texts, wanted) : undefined) ?? podNamespace(variables);
}

const usual = 'default';

/** Undefined where the context says none; `default` where there is no such context, or a file is none. */
function contextNamespace(texts: readonly string[], wanted: string): string | undefined {
  let configs: readonly GoMap[];
  try {
    configs = texts.map((text) => decodeMap(text));
  } catch (error) {
    if (error instanceof YamlError) {
      return usual;
    }
    throw error;
  }
  const name = [wanted, ...configs.map((config) => textAt(config, 'current-context'))].find((each) => each !== '');
  if (name === undefined) {
    return undefined;
  }
  const contexts = configs.flatMap((config): readonly Value[] => {
    const listed = config['contexts'];
    return isList(listed) ? listed : [];
  });
  const context = contexts.find((each) => textAt(each, 'name') === name);
  const namespace = isMap(context) ? textAt(context['context'], 'namespace') : usual;
  return namespace === '' ? undefined : namespace;
}

function textAt(map: Value, key: string): string {
  const value = isMap(map) ? map[key] : undefined;
  return typeof value === 'string' ? value : '';
}

const account = '/var/run/secrets/kubernetes.io/serviceaccount';

function podNamespace(variables: NodeJS.ProcessEnv): string {
  const isPod =
    (variables['KUBERNETES_SERVICE_HOST'] ?? '') !== '' &&
    (variables['KUBERNETES_SERVICE_PORT'] ?? '') !== '' &&
    statSync(`${account}/token`, { throwIfNoEntry: false })?.isDirectory() === false;
  const own = isPod ? [variables['POD_NAMESPACE'] ?? '', trimSpace(readText(`${account}/namespace`) ?? '')] : [];
  return own.find((namespace) => namespace !== '') ?? usual;
}

/** Undefined where it cannot be read. */
function readText(file: string): string | undefined {
  try {
    return fromBytes(readFileSync(file));
  } catch {
    return undefined;
  }
}
