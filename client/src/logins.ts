import type { BasicCredentials, Credentials } from '@fairlead/engine/support';
import type * as vscode from 'vscode';

/** Where logins are kept: VS Code's own storage for secrets, and a list of names. */
export interface LoginStorage {
  readonly secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>;
  readonly globalState: Pick<vscode.Memento, 'get' | 'update'>;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

const hostsKey = 'fairlead.loginHosts';

/** Logins that the user typed into VS Code, one a host. Only the names of the hosts are outside of the secret storage. */
export class Logins implements Credentials {
  readonly #storage: LoginStorage;

  constructor(storage: LoginStorage) {
    this.#storage = storage;
  }

  /** Hosts with a login, in order. */
  get hosts(): readonly string[] {
    return this.#storage.globalState.get<readonly string[]>(hostsKey, []);
  }

  async forHost(host: string): Promise<BasicCredentials | undefined> {
    const name = nameOf(host);
    const text = this.hosts.includes(name) ? await this.#storage.secrets.get(keyOf(name)) : undefined;
    const login = text === undefined ? undefined : (JSON.parse(text) as Login); // written below
    return login && { ...login, from: 'Fairlead: Log In to Chart Host' };
  }

  async save(host: string, { username, password }: Login): Promise<void> {
    const name = nameOf(host);
    await this.#storage.secrets.store(keyOf(name), JSON.stringify({ username, password }));
    await this.#storage.globalState.update(hostsKey, [...new Set([...this.hosts, name])].sort());
  }

  async forget(host: string): Promise<void> {
    const name = nameOf(host);
    await this.#storage.secrets.delete(keyOf(name));
    await this.#storage.globalState.update(
      hostsKey,
      this.hosts.filter((known) => known !== name),
    );
  }
}

/** Docker Hub answers under another name than people know it by. */
function nameOf(host: string): string {
  const name = host.toLowerCase();
  return name === 'docker.io' || name === 'index.docker.io' ? 'registry-1.docker.io' : name;
}

function keyOf(host: string): string {
  return `fairlead.login:${host}`;
}
