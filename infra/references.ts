import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Reference } from '../core/config/references.ts';

/** Lets a function read just these parameters and secrets, and nothing when there are none. */
export function grantReferences(grantee: IGrantable, stack: Stack, references: readonly Reference[]): void {
  const allow = (action: string, kind: Reference['kind'], toArn: (name: string) => string) => {
    const names = new Set(references.filter(reference => reference.kind === kind).map(({ name }) => name));
    if (names.size === 0) return;
    const resources = [...names].sort().map(toArn);
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources }));
  };
  allow('ssm:GetParameter', 'ssm', name =>
    stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.replace(/^\//, '') }),
  );
  allow('secretsmanager:GetSecretValue', 'secret', name =>
    stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      // Secrets Manager ends the ARN of a secret with a hyphen and six characters of its own.
      resourceName: `${name}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
}
