import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** The key that signs the links in messages, by which an incident is acknowledged. Made by AWS, seen by nobody. */
export class LinkKey extends Construct {
  /** The name by which the functions read it. */
  readonly secretName: string;
  private readonly secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'Signs the links in the messages of Tocsin',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      // A new stack makes a new key; links in old messages end with it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.secretName = this.secret.secretName;
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A link is valid for a week and acknowledges one incident. Rotating would break the links in messages that people just got.',
    });
  }

  grantRead(grantee: IGrantable): void {
    this.secret.grantRead(grantee);
  }
}
