/** How the command line of a cloud logs in to its own registry. No argument is secret: the answer is. */
export interface CloudLogin {
  readonly program: string;
  readonly args: readonly string[];
  /** The user that goes with the token that the program prints. */
  readonly username: string;
}

const ecr =
  /^[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn)$/;
const acr = /^([a-z0-9-]+)\.azurecr\.(?:io|cn|us|de)$/;
const artifactRegistry = /^(?:(?:[a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev)$/;

/**
 * What to run for a source's `provider`; undefined where the host is no registry of that cloud, so that no token of a
 * cloud goes anywhere else.
 *
 * @see fluxcd/pkg auth/aws, auth/azure and auth/gcp, ParseArtifactRepository; here the whole host must fit
 */
export function cloudLoginFor(provider: string, host: string): CloudLogin | undefined {
  switch (provider) {
    case 'aws': {
      const region = ecr.exec(host)?.[1];
      if (region !== undefined) {
        return { program: 'aws', args: ['ecr', 'get-login-password', '--region', region], username: 'AWS' };
      }
      return host === 'public.ecr.aws'
        ? { program: 'aws', args: ['ecr-public', 'get-login-password', '--region', 'us-east-1'], username: 'AWS' }
        : undefined;
    }
    case 'azure': {
      const registry = acr.exec(host)?.[1];
      return registry === undefined
        ? undefined
        : {
            program: 'az',
            args: ['acr', 'login', '--name', registry, '--expose-token', '--query', 'accessToken', '--output', 'tsv'],
            username: '00000000-0000-0000-0000-000000000000',
          };
    }
    case 'gcp':
      return artifactRegistry.test(host)
        ? { program: 'gcloud', args: ['auth', 'print-access-token'], username: 'oauth2accesstoken' }
        : undefined;
    default:
      return undefined;
  }
}
