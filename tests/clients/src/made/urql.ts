// What urql's Graphcache must know of the schema; made by `fieldgate schema --client urql`.

import type { KeyingConfig, ResolverConfig } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";

/** Keeps an object without an id inside of the one that leads to it. */
const within = () => null;

/** Keeps a card by the id that it shows, and inside of its row where that was not asked for. */
const shown = (key: string) => (card: Record<string, unknown>) => {
  const id = card[key];
  return typeof id === "string" ? id : null;
};

export const keys: KeyingConfig = {
  AcceptAgreementPayload: within,
  AcceptInvitationPayload: within,
  AddEvidencePayload: within,
  AddLegalEntityPayload: within,
  AddPayeSchemePayload: within,
  AgreementEvent: within,
  AssessmentComponent: within,
  AssignRecordPayload: within,
  AssignRecordsPayload: within,
  AssignableUser: within,
  Assignee: within,
  CancelInvitationPayload: within,
  CaseloadItem: within,
  ChangeRolePayload: within,
  CreateAccountPayload: within,
  CreateInspectorAccountPayload: within,
  Document: within,
  EmployerAccount: within,
  EndPointAssessment: within,
  Feedback: within,
  GiveFeedbackPayload: within,
  Ilr: within,
  IlrPayload: within,
  InspectedLearner: within,
  InspectionGroupPayload: within,
  InspectionOpening: within,
  InspectorAccountPayload: within,
  InviteUserPayload: within,
  LeaveAccountPayload: within,
  OrganisationCard: shown("organisationId"),
  PersonCard: shown("userId"),
  PersonName: within,
  PolicyRow: within,
  PriceEpisode: within,
  RecordAssessmentComponentPayload: within,
  RegisterInspectorPayload: within,
  RemoveLegalEntityPayload: within,
  RemovePayeSchemePayload: within,
  RemoveUserPayload: within,
  RenameAccountPayload: within,
  Role: within,
  Training: within,
  UnassignRecordsPayload: within,
  UpdateEndPointAssessmentPayload: within,
  UpdateTrainingPayload: within,
};

export const resolvers: ResolverConfig = {
  Caseload: {
    items: relayPagination(),
  },
  EmployerAccount: {
    apprenticeships: relayPagination(),
    team: relayPagination(),
    invitations: relayPagination(),
  },
  InspectionGroup: {
    inspectors: relayPagination(),
  },
  InspectionOpening: {
    learners: relayPagination(),
  },
  Organisation: {
    caseloads: relayPagination(),
    assignableUsers: relayPagination(),
  },
  Query: {
    organisations: relayPagination(),
    apprenticeRecords: relayPagination(),
    learners: relayPagination(),
    inspectionGroups: relayPagination(),
    caseloads: relayPagination(),
    users: relayPagination(),
  },
  Training: {
    evidence: relayPagination(),
    feedback: relayPagination(),
  },
};
