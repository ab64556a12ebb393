/** What a customer has: Contract, Order with its items, and Asset (field lists from the object reference). */
import { standardObject } from './definition.ts';

export const contract = standardObject({
  name: 'Contract',
  labelPlural: 'Contracts',
  keyPrefix: '800',
  fields: `
  AccountId reference required -> Account as Account
  Pricebook2Id reference "Price Book ID" -> Pricebook2 as Pricebook2
  OwnerExpirationNotice picklist(40) restricted : 15|30|45|60|90|120
  StartDate date "Contract Start Date"
  EndDate date "Contract End Date"
  ContractTerm int "Contract Term"
  OwnerId reference required defaulted -> User as Owner
  Status picklist(255) required defaulted : In Approval Process|Activated|Draft
  CompanySignedId reference -> User as CompanySigned
  CompanySignedDate date
  CustomerSignedId reference -> Contact as CustomerSigned
  CustomerSignedTitle string(40)
  CustomerSignedDate date
  SpecialTerms textarea(4000)
  ActivatedById reference readonly -> User as ActivatedBy
  ActivatedDate datetime
  StatusCode picklist(40) "Status Category" readonly restricted : Draft|InApproval|Activated|Terminated|Expired
  Description textarea(32000)
  ContractNumber string(30) required readonly defaulted namefield idlookup
  LastApprovedDate datetime readonly
  LastActivityDate date "Last Activity" readonly
  `,
});

export const order = standardObject({
  name: 'Order',
  labelPlural: 'Orders',
  keyPrefix: '801',
  fields: `
  OwnerId reference required defaulted -> User as Owner
  ContractId reference -> Contract as Contract
  AccountId reference -> Account as Account
  OpportunityId reference -> Opportunity as Opportunity
  Pricebook2Id reference "Price Book ID" -> Pricebook2 as Pricebook2
  OriginalOrderId reference "Order ID" createonly -> Order as OriginalOrder
  EffectiveDate date "Order Start Date" required
  EndDate date "Order End Date"
  IsReductionOrder boolean "Reduction Order" createonly
  Status picklist(255) required : Draft|Activated
  Description textarea(32000)
  Type picklist(255) "Order Type"
  Name string(80) "Order Name"
  StatusCode picklist(40) "Status Category" required readonly restricted : Draft|Activated|Canceled|Expired
  OrderNumber string(30) required readonly defaulted namefield idlookup
  TotalAmount currency(16,2) "Order Amount" readonly
  ActivatedDate datetime
  `,
});

export const orderItem = standardObject({
  name: 'OrderItem',
  label: 'Order Product',
  labelPlural: 'Order Products',
  keyPrefix: '802',
  fields: `
  Product2Id reference "Product ID" createonly -> Product2 as Product2
  OrderId reference required createonly cascade -> Order as Order
  PricebookEntryId reference createonly -> PricebookEntry as PricebookEntry
  OriginalOrderItemId reference "Order Product ID" createonly -> OrderItem as OriginalOrderItem
  AvailableQuantity double(16,2) readonly
  Quantity double(16,2) required
  UnitPrice currency(16,2)
  ListPrice currency(16,2) readonly
  TotalPrice currency(16,2) readonly
  ServiceDate date "Start Date"
  EndDate date
  Description string(255) "Line Description"
  OrderItemNumber string(30) "Order Product Number" required readonly defaulted namefield
  `,
});

export const asset = standardObject({
  name: 'Asset',
  labelPlural: 'Assets',
  keyPrefix: '02i',
  fields: `
  ContactId reference -> Contact as Contact
  AccountId reference -> Account as Account
  ParentId reference "Parent Asset ID" -> Asset as Parent
  RootAssetId reference readonly -> Asset as RootAsset
  Product2Id reference "Product ID" -> Product2 as Product2
  ProductCode string(255) readonly
  IsCompetitorProduct boolean "Competitor Asset"
  Name string(255) "Asset Name" required namefield
  SerialNumber string(80)
  InstallDate date
  PurchaseDate date
  UsageEndDate date
  Status picklist(255) : Shipped|Installed|Registered|Obsolete|Purchased
  Price currency(18,0)
  Quantity double(10,2)
  Description textarea(32000)
  OwnerId reference "Asset Owner ID" required defaulted -> User as Owner
  LifecycleStartDate datetime
  LifecycleEndDate datetime readonly
  CurrentMrr currency(16,2) "Current Monthly Recurring Revenue" readonly
  `,
});
