/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles: Lambda hands credentials over in the environment and
 * nowhere else, so the other seven links of the SDK's chain (SSO, profiles, processes, tokens, containers, instances) would
 * only be parsed at every cold start. Nothing imports this file; the bundle step aliases the package to it.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
