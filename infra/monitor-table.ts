import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, type ITableV2, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { PARTITION_KEY, SORT_KEY, TTL_ATTRIBUTE } from '../functions/adapters/table.ts';

export interface MonitorTableProps {
  /**
   * Keeps the table, and guards it against deletion, when the stack goes.
   * @default true
   */
  readonly retain?: boolean;
}

/** The one table: state, runs, incidents. Everything else that is deployed can be built anew; this cannot. */
export class MonitorTable extends Construct {
  readonly table: ITableV2;

  constructor(scope: Construct, id: string, props: MonitorTableProps = {}) {
    super(scope, id);
    const retain = props.retain ?? true;
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: PARTITION_KEY, type: AttributeType.STRING },
      sortKey: { name: SORT_KEY, type: AttributeType.STRING },
      // One packed write a shard and minute is far below what the smallest provisioned capacity costs.
      billing: Billing.onDemand(),
      timeToLiveAttribute: TTL_ATTRIBUTE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The account's own aws/dynamodb key: its use shows in CloudTrail, it costs no monthly fee, and unlike a key of
      // this stack it cannot be deleted from under a table that outlives the stack.
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Single items only: nothing scans, nothing is written in batches. */
  grantReadWrite(grantee: IGrantable): void {
    this.grant(grantee, [...READ, 'dynamodb:PutItem', 'dynamodb:DeleteItem']);
  }

  /** Reads everything, and writes only what people command: states of services, and silences. */
  grantCommand(grantee: IGrantable): void {
    this.grant(grantee, READ);
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
        resources: [this.table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['STATE#*', 'SILENCE'] } },
      }),
    );
  }

  private grant(grantee: IGrantable, actions: readonly string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...actions], resources: [this.table.tableArn] }),
    );
  }
}

const READ = ['dynamodb:GetItem', 'dynamodb:Query'] as const;
