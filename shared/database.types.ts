export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "public": {
    Tables: {
      "care_relationships": {
        Row: {
          "created_at": string;
          "ended_at": string | null;
          "ended_by": string | null;
          "id": string;
          "organization_id": string;
          "patient_id": string;
          "started_at": string;
          "status": Database["public"]["Enums"]["care_status"];
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "ended_at"?: string | null;
          "ended_by"?: string | null;
          "id"?: string;
          "organization_id": string;
          "patient_id": string;
          "started_at"?: string;
          "status"?: Database["public"]["Enums"]["care_status"];
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "ended_at"?: string | null;
          "ended_by"?: string | null;
          "id"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "started_at"?: string;
          "status"?: Database["public"]["Enums"]["care_status"];
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "care_relationships_ended_by_fkey";
            columns: ["ended_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "care_relationships_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "care_relationships_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
        ];
      };
      "invitations": {
        Row: {
          "accepted_at": string | null;
          "accepted_by": string | null;
          "created_at": string;
          "created_by": string | null;
          "email": string;
          "expires_at": string;
          "id": string;
          "is_prescriber": boolean;
          "licence_number": string | null;
          "organization_id": string;
          "position": string | null;
          "revoked_at": string | null;
          "role": Database["public"]["Enums"]["membership_role"];
          "token_hash": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "accepted_at"?: string | null;
          "accepted_by"?: string | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "email": string;
          "expires_at"?: string;
          "id"?: string;
          "is_prescriber"?: boolean;
          "licence_number"?: string | null;
          "organization_id": string;
          "position"?: string | null;
          "revoked_at"?: string | null;
          "role": Database["public"]["Enums"]["membership_role"];
          "token_hash": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "accepted_at"?: string | null;
          "accepted_by"?: string | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "email"?: string;
          "expires_at"?: string;
          "id"?: string;
          "is_prescriber"?: boolean;
          "licence_number"?: string | null;
          "organization_id"?: string;
          "position"?: string | null;
          "revoked_at"?: string | null;
          "role"?: Database["public"]["Enums"]["membership_role"];
          "token_hash"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "invitations_accepted_by_fkey";
            columns: ["accepted_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "invitations_created_by_fkey";
            columns: ["created_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "invitations_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
        ];
      };
      "memberships": {
        Row: {
          "created_at": string;
          "id": string;
          "is_prescriber": boolean;
          "licence_number": string | null;
          "organization_id": string;
          "position": string | null;
          "role": Database["public"]["Enums"]["membership_role"];
          "status": Database["public"]["Enums"]["membership_status"];
          "updated_at": string;
          "user_id": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "is_prescriber"?: boolean;
          "licence_number"?: string | null;
          "organization_id": string;
          "position"?: string | null;
          "role": Database["public"]["Enums"]["membership_role"];
          "status"?: Database["public"]["Enums"]["membership_status"];
          "updated_at"?: string;
          "user_id": string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "is_prescriber"?: boolean;
          "licence_number"?: string | null;
          "organization_id"?: string;
          "position"?: string | null;
          "role"?: Database["public"]["Enums"]["membership_role"];
          "status"?: Database["public"]["Enums"]["membership_status"];
          "updated_at"?: string;
          "user_id"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "memberships_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "memberships_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "organizations": {
        Row: {
          "active": boolean;
          "address_line": string | null;
          "city": string | null;
          "country": string | null;
          "created_at": string;
          "email": string | null;
          "id": string;
          "kind": Database["public"]["Enums"]["organization_kind"];
          "name": string;
          "phone": string | null;
          "postal_code": string | null;
          "region": string | null;
          "time_zone": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "address_line"?: string | null;
          "city"?: string | null;
          "country"?: string | null;
          "created_at"?: string;
          "email"?: string | null;
          "id"?: string;
          "kind": Database["public"]["Enums"]["organization_kind"];
          "name": string;
          "phone"?: string | null;
          "postal_code"?: string | null;
          "region"?: string | null;
          "time_zone"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "active"?: boolean;
          "address_line"?: string | null;
          "city"?: string | null;
          "country"?: string | null;
          "created_at"?: string;
          "email"?: string | null;
          "id"?: string;
          "kind"?: Database["public"]["Enums"]["organization_kind"];
          "name"?: string;
          "phone"?: string | null;
          "postal_code"?: string | null;
          "region"?: string | null;
          "time_zone"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [];
      };
      "patient_contacts": {
        Row: {
          "created_at": string;
          "email": string | null;
          "id": string;
          "kind": Database["public"]["Enums"]["contact_kind"];
          "name": string;
          "patient_id": string;
          "phone": string | null;
          "priority": number;
          "relationship": string | null;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "email"?: string | null;
          "id"?: string;
          "kind": Database["public"]["Enums"]["contact_kind"];
          "name": string;
          "patient_id": string;
          "phone"?: string | null;
          "priority"?: number;
          "relationship"?: string | null;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "email"?: string | null;
          "id"?: string;
          "kind"?: Database["public"]["Enums"]["contact_kind"];
          "name"?: string;
          "patient_id"?: string;
          "phone"?: string | null;
          "priority"?: number;
          "relationship"?: string | null;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "patient_contacts_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
        ];
      };
      "patient_identifiers": {
        Row: {
          "country": string | null;
          "created_at": string;
          "id": string;
          "organization_id": string | null;
          "patient_id": string;
          "system": Database["public"]["Enums"]["identifier_system"];
          "updated_at": string;
          "value": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "country"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "organization_id"?: string | null;
          "patient_id": string;
          "system": Database["public"]["Enums"]["identifier_system"];
          "updated_at"?: string;
          "value": string;
          "version"?: number;
        };
        Update: {
          "country"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "organization_id"?: string | null;
          "patient_id"?: string;
          "system"?: Database["public"]["Enums"]["identifier_system"];
          "updated_at"?: string;
          "value"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "patient_identifiers_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_identifiers_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
        ];
      };
      "patients": {
        Row: {
          "address_line": string | null;
          "birth_date": string | null;
          "blood_type": Database["public"]["Enums"]["blood_type"] | null;
          "city": string | null;
          "country": string | null;
          "created_at": string;
          "deleted_at": string | null;
          "deletion_reason": string | null;
          "email": string | null;
          "family_name": string;
          "given_name": string;
          "hospital_ids": (string)[];
          "id": string;
          "language": string;
          "phone": string | null;
          "postal_code": string | null;
          "region": string | null;
          "related_changes": number;
          "sex": Database["public"]["Enums"]["sex"];
          "sort_name": string;
          "updated_at": string;
          "user_id": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "address_line"?: string | null;
          "birth_date"?: string | null;
          "blood_type"?: Database["public"]["Enums"]["blood_type"] | null;
          "city"?: string | null;
          "country"?: string | null;
          "created_at"?: string;
          "deleted_at"?: string | null;
          "deletion_reason"?: string | null;
          "email"?: string | null;
          "family_name": string;
          "given_name": string;
          "hospital_ids"?: (string)[];
          "id"?: string;
          "language"?: string;
          "phone"?: string | null;
          "postal_code"?: string | null;
          "region"?: string | null;
          "related_changes"?: number;
          "sex"?: Database["public"]["Enums"]["sex"];
          "sort_name"?: never;
          "updated_at"?: string;
          "user_id"?: string | null;
          "version"?: number;
        };
        Update: {
          "address_line"?: string | null;
          "birth_date"?: string | null;
          "blood_type"?: Database["public"]["Enums"]["blood_type"] | null;
          "city"?: string | null;
          "country"?: string | null;
          "created_at"?: string;
          "deleted_at"?: string | null;
          "deletion_reason"?: string | null;
          "email"?: string | null;
          "family_name"?: string;
          "given_name"?: string;
          "hospital_ids"?: (string)[];
          "id"?: string;
          "language"?: string;
          "phone"?: string | null;
          "postal_code"?: string | null;
          "region"?: string | null;
          "related_changes"?: number;
          "sex"?: Database["public"]["Enums"]["sex"];
          "sort_name"?: never;
          "updated_at"?: string;
          "user_id"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "patients_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: true;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "profiles": {
        Row: {
          "created_at": string;
          "email": string;
          "family_name": string;
          "given_name": string;
          "id": string;
          "language": string;
          "login_deleted_at": string | null;
          "phone": string | null;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "email": string;
          "family_name": string;
          "given_name": string;
          "id": string;
          "language"?: string;
          "login_deleted_at"?: string | null;
          "phone"?: string | null;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "email"?: string;
          "family_name"?: string;
          "given_name"?: string;
          "id"?: string;
          "language"?: string;
          "login_deleted_at"?: string | null;
          "phone"?: string | null;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [];
      };
    };
    Views: {
      "audit_anchors": {
        Row: {
          "chain": number;
          "hash": string | null;
          "id": number;
          "made_at": string;
          "position": number;
        };
        ComputedFields: never;
        Insert: {
          "chain"?: number | null;
          "hash"?: never;
          "id"?: number | null;
          "made_at"?: string | null;
          "position"?: number | null;
        };
        Update: {
          "chain"?: number | null;
          "hash"?: never;
          "id"?: number | null;
          "made_at"?: string | null;
          "position"?: number | null;
        };
        Relationships: [];
      };
      "audit_entries": {
        Row: {
          "action": "insert" | "update" | "delete";
          "actor_id": string | null;
          "actor_role": string;
          "changed_fields": (string)[];
          "id": number;
          "occurred_at": string;
          "organization_id": string | null;
          "patient_id": string | null;
          "request_id": string | null;
          "row_id": string;
          "table_name": string;
        };
        ComputedFields: never;
        Insert: {
          "action"?: "insert" | "update" | "delete" | null;
          "actor_id"?: string | null;
          "actor_role"?: string | null;
          "changed_fields"?: (string)[] | null;
          "id"?: number | null;
          "occurred_at"?: string | null;
          "organization_id"?: string | null;
          "patient_id"?: string | null;
          "request_id"?: string | null;
          "row_id"?: string | null;
          "table_name"?: string | null;
        };
        Update: {
          "action"?: "insert" | "update" | "delete" | null;
          "actor_id"?: string | null;
          "actor_role"?: string | null;
          "changed_fields"?: (string)[] | null;
          "id"?: number | null;
          "occurred_at"?: string | null;
          "organization_id"?: string | null;
          "patient_id"?: string | null;
          "request_id"?: string | null;
          "row_id"?: string | null;
          "table_name"?: string | null;
        };
        Relationships: [];
      };
    };
    Functions: {
      "accept_invitation": { Args: { "p_input": Json }; Returns: Json };
      "clear_attempts": { Args: { "p_account": string; "p_action": string; "p_address": string }; Returns: undefined };
      "create_invitation": { Args: { "p_input": Json }; Returns: Json };
      "create_organization": { Args: { "p_input": Json }; Returns: Json };
      "create_patient": { Args: { "p_input": Json }; Returns: Json };
      "delete_patient": {
        Args: { "p_expected_version"?: number; "p_id": string; "p_reason": string };
        Returns: undefined;
      };
      "end_care": { Args: { "p_expected_version"?: number; "p_input": Json }; Returns: Json };
      "get_patient": { Args: { "p_id"?: string }; Returns: Json };
      "health_report": { Args: Record<PropertyKey, never>; Returns: Json };
      "lease_rate_limit": {
        Args: { "p_bucket": string; "p_tokens": number };
        Returns: {
          "capacity": number;
          "granted": number;
          "remaining": number;
          "retry_after_seconds": number;
        }[];
      };
      "list_patients": {
        Args: {
          "p_after_id"?: string;
          "p_after_sort_name"?: string;
          "p_count"?: boolean;
          "p_limit"?: number;
          "p_organization_id"?: string;
        };
        Returns: {
          "id": string;
          "patient": Json;
          "sort_name": string;
          "total": number;
        }[];
      };
      "me": { Args: Record<PropertyKey, never>; Returns: Json };
      "readmit_patient": { Args: { "p_input": Json }; Returns: Json };
      "revoke_invitation": { Args: { "p_expected_version"?: number; "p_input": Json }; Returns: Json };
      "search_patients": {
        Args: {
          "p_after_id"?: string;
          "p_after_score"?: number;
          "p_after_sort_name"?: string;
          "p_birth_date"?: string;
          "p_limit"?: number;
          "p_mrn"?: string;
          "p_name"?: string;
          "p_phone"?: string;
        };
        Returns: {
          "id": string;
          "patient": Json;
          "score": number;
          "sort_name": string;
        }[];
      };
      "set_membership_status": { Args: { "p_expected_version"?: number; "p_input": Json }; Returns: Json };
      "set_person_status": { Args: { "p_input": Json }; Returns: Json };
      "start_care": { Args: { "p_input": Json }; Returns: Json };
      "take_attempt": {
        Args: { "p_account": string; "p_action": string; "p_address": string };
        Returns: {
          "allowed": boolean;
          "capacity": number;
          "remaining": number;
          "retry_after_seconds": number;
        }[];
      };
      "update_patient": { Args: { "p_changes": Json; "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "verify_audit": { Args: { "p_anchors"?: Json; "p_since"?: string }; Returns: Json };
    };
    Enums: {
      "blood_type": "A+" | "A-" | "B+" | "B-" | "AB+" | "AB-" | "O+" | "O-";
      "care_status": "active" | "ended";
      "contact_kind": "emergency" | "next_of_kin" | "guardian";
      "identifier_system": "mrn" | "national_id";
      "membership_role": "hospital_staff" | "pharmacy_staff" | "admin";
      "membership_status": "active" | "suspended";
      "organization_kind": "hospital" | "pharmacy" | "laboratory";
      "sex": "female" | "male" | "other" | "unknown";
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
  )[TableName] extends {
    Row: infer R;
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R;
    } ? R
    : never
  : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Insert: infer I;
  } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I;
    } ? I
    : never
  : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Update: infer U;
  } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U;
    } ? U
    : never
  : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never;

export const Constants = {
  "public": {
    Enums: {
      "blood_type": ["A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"],
      "care_status": ["active", "ended"],
      "contact_kind": ["emergency", "next_of_kin", "guardian"],
      "identifier_system": ["mrn", "national_id"],
      "membership_role": ["hospital_staff", "pharmacy_staff", "admin"],
      "membership_status": ["active", "suspended"],
      "organization_kind": ["hospital", "pharmacy", "laboratory"],
      "sex": ["female", "male", "other", "unknown"],
    },
  },
} as const;
