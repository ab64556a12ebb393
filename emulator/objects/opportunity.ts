/** The standard object Opportunity: its fields as Salesforce describes them. */
import { standardObject } from './definition.ts';

export const opportunity = standardObject({
  name: 'Opportunity',
  labelPlural: 'Opportunities',
  keyPrefix: '006',
  fields: `
  AccountId reference cascade -> Account as Account
  IsPrivate boolean "Private"
  Name string(120) required namefield idlookup
  Description textarea(32000)
  StageName picklist(255) "Stage" required : Prospecting|Qualification|Needs Analysis|Value Proposition|Id. Decision Makers|Perception Analysis|Proposal/Price Quote|Negotiation/Review|Closed Won|Closed Lost
  Amount currency(18,2)
  Probability percent(3,0) "Probability (%)" defaulted
  ExpectedRevenue currency(18,2) "Expected Amount" readonly
  TotalOpportunityQuantity double(18,2) "Quantity"
  CloseDate date required
  Type picklist(255) "Opportunity Type" : Existing Customer - Upgrade|Existing Customer - Replacement|Existing Customer - Downgrade|New Customer
  NextStep string(255)
  LeadSource picklist(255) : Web|Phone Inquiry|Partner Referral|Purchased List|Other
  IsClosed boolean "Closed" readonly
  IsWon boolean "Won" readonly
  ForecastCategory picklist(40) required readonly restricted : Omitted|Pipeline|BestCase|MostLikely|Forecast|Closed
  ForecastCategoryName picklist(255) "Forecast Category" restricted defaulted : Omitted|Pipeline|Best Case|Commit|Closed
  CampaignId reference -> Campaign as Campaign
  RecordTypeId reference defaulted -> RecordType as RecordType
  ContractId reference -> Contract as Contract
  Territory2Id reference "Territory ID" -> Territory2 as Territory2
  HasOpportunityLineItem boolean "Has Line Item" readonly
  Pricebook2Id reference "Price Book ID" defaulted -> Pricebook2 as Pricebook2
  OwnerId reference required defaulted -> User as Owner
  LastActivityDate date "Last Activity" readonly
  LastStageChangeDate datetime readonly
  FiscalQuarter int readonly in Fiscal
  FiscalYear int readonly in Fiscal
  Fiscal string(6) "Fiscal Period" readonly
  ContactId reference createonly -> Contact as -
  LastViewedDate datetime readonly
  LastReferencedDate datetime readonly
  HasOpenActivity boolean readonly
  HasOverdueTask boolean readonly
  LastAmountChangedHistoryId reference "Opportunity History ID" readonly -> OpportunityHistory as LastAmountChangedHistory
  LastCloseDateChangedHistoryId reference "Opportunity History ID" readonly -> OpportunityHistory as LastCloseDateChangedHistory
  `,
});
