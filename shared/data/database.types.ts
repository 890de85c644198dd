export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "public": {
    Tables: {
      "allergies": {
        Row: {
          "category": Database["public"]["Enums"]["allergy_category"];
          "code": string | null;
          "code_system": Database["public"]["Enums"]["code_system"] | null;
          "coded": boolean;
          "created_at": string;
          "error_reason": string | null;
          "id": string;
          "is_class": boolean;
          "kind": Database["public"]["Enums"]["allergy_kind"];
          "occurred_at": string;
          "organization_id": string;
          "patient_id": string;
          "reaction": string | null;
          "recorded_by": string | null;
          "severity": Database["public"]["Enums"]["allergy_severity"] | null;
          "status": Database["public"]["Enums"]["allergy_status"];
          "substance": string;
          "updated_at": string;
          "updated_by": string | null;
          "verification": Database["public"]["Enums"]["verification"];
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "category": Database["public"]["Enums"]["allergy_category"];
          "code"?: string | null;
          "code_system"?: Database["public"]["Enums"]["code_system"] | null;
          "coded"?: never;
          "created_at"?: string;
          "error_reason"?: string | null;
          "id"?: string;
          "is_class"?: boolean;
          "kind"?: Database["public"]["Enums"]["allergy_kind"];
          "occurred_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "reaction"?: string | null;
          "recorded_by"?: string | null;
          "severity"?: Database["public"]["Enums"]["allergy_severity"] | null;
          "status"?: Database["public"]["Enums"]["allergy_status"];
          "substance": string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "verification"?: Database["public"]["Enums"]["verification"];
          "version"?: number;
        };
        Update: {
          "category"?: Database["public"]["Enums"]["allergy_category"];
          "code"?: string | null;
          "code_system"?: Database["public"]["Enums"]["code_system"] | null;
          "coded"?: never;
          "created_at"?: string;
          "error_reason"?: string | null;
          "id"?: string;
          "is_class"?: boolean;
          "kind"?: Database["public"]["Enums"]["allergy_kind"];
          "occurred_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "reaction"?: string | null;
          "recorded_by"?: string | null;
          "severity"?: Database["public"]["Enums"]["allergy_severity"] | null;
          "status"?: Database["public"]["Enums"]["allergy_status"];
          "substance"?: string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "verification"?: Database["public"]["Enums"]["verification"];
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "allergies_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allergies_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allergies_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allergies_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "allergy_cross_reactions": {
        Row: {
          "class_id": string | null;
          "created_at": string;
          "group_id": string;
          "id": string;
          "ingredient_id": string | null;
          "level": Database["public"]["Enums"]["cross_reactivity"];
          "note": string | null;
          "source_label": string | null;
          "source_section": string | null;
          "source_url": string | null;
          "updated_at": string;
          "verification": Database["public"]["Enums"]["rule_verification"];
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "class_id"?: string | null;
          "created_at"?: string;
          "group_id": string;
          "id"?: string;
          "ingredient_id"?: string | null;
          "level": Database["public"]["Enums"]["cross_reactivity"];
          "note"?: string | null;
          "source_label"?: string | null;
          "source_section"?: string | null;
          "source_url"?: string | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Update: {
          "class_id"?: string | null;
          "created_at"?: string;
          "group_id"?: string;
          "id"?: string;
          "ingredient_id"?: string | null;
          "level"?: Database["public"]["Enums"]["cross_reactivity"];
          "note"?: string | null;
          "source_label"?: string | null;
          "source_section"?: string | null;
          "source_url"?: string | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "allergy_cross_reactions_class_id_fkey";
            columns: ["class_id"];
            isOneToOne: false;
            referencedRelation: "medication_classes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allergy_cross_reactions_group_id_fkey";
            columns: ["group_id"];
            isOneToOne: false;
            referencedRelation: "allergy_groups";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allergy_cross_reactions_ingredient_id_fkey";
            columns: ["ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["id"];
          },
        ];
      };
      "allergy_groups": {
        Row: {
          "class_id": string;
          "created_at": string;
          "id": string;
          "name": string;
          "source_label": string | null;
          "source_section": string | null;
          "source_url": string | null;
          "updated_at": string;
          "verification": Database["public"]["Enums"]["rule_verification"];
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "class_id": string;
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "source_label"?: string | null;
          "source_section"?: string | null;
          "source_url"?: string | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Update: {
          "class_id"?: string;
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "source_label"?: string | null;
          "source_section"?: string | null;
          "source_url"?: string | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "allergy_groups_class_id_fkey";
            columns: ["class_id"];
            isOneToOne: true;
            referencedRelation: "medication_classes";
            referencedColumns: ["id"];
          },
        ];
      };
      "allergy_reviews": {
        Row: {
          "created_at": string;
          "ended_at": string | null;
          "ended_by_allergy_id": string | null;
          "error_reason": string | null;
          "id": string;
          "occurred_at": string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by": string | null;
          "remark": string | null;
          "statement": Database["public"]["Enums"]["allergy_statement"];
          "status": Database["public"]["Enums"]["allergy_review_status"];
          "updated_at": string;
          "updated_by": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "ended_at"?: string | null;
          "ended_by_allergy_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "occurred_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by"?: string | null;
          "remark"?: string | null;
          "statement": Database["public"]["Enums"]["allergy_statement"];
          "status"?: Database["public"]["Enums"]["allergy_review_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "ended_at"?: string | null;
          "ended_by_allergy_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "occurred_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "recorded_by"?: string | null;
          "remark"?: string | null;
          "statement"?: Database["public"]["Enums"]["allergy_statement"];
          "status"?: Database["public"]["Enums"]["allergy_review_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "allergy_reviews_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allergy_reviews_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allergy_reviews_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allergy_reviews_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "appointment_series": {
        Row: {
          "continues": string | null;
          "created_at": string;
          "duration_minutes": number;
          "every_n": number;
          "id": string;
          "left_out": NonNullable<Json>;
          "month_day": number | null;
          "occurrences": number;
          "organization_id": string;
          "patient_id": string;
          "practitioner_id": string;
          "room_id": string | null;
          "service_id": string;
          "start_day": string;
          "start_time": string;
          "status": Database["public"]["Enums"]["series_status"];
          "unit": Database["public"]["Enums"]["series_unit"];
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "continues"?: string | null;
          "created_at"?: string;
          "duration_minutes": number;
          "every_n": number;
          "id"?: string;
          "left_out"?: NonNullable<Json>;
          "month_day"?: number | null;
          "occurrences": number;
          "organization_id": string;
          "patient_id": string;
          "practitioner_id": string;
          "room_id"?: string | null;
          "service_id": string;
          "start_day": string;
          "start_time": string;
          "status"?: Database["public"]["Enums"]["series_status"];
          "unit": Database["public"]["Enums"]["series_unit"];
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "continues"?: string | null;
          "created_at"?: string;
          "duration_minutes"?: number;
          "every_n"?: number;
          "id"?: string;
          "left_out"?: NonNullable<Json>;
          "month_day"?: number | null;
          "occurrences"?: number;
          "organization_id"?: string;
          "patient_id"?: string;
          "practitioner_id"?: string;
          "room_id"?: string | null;
          "service_id"?: string;
          "start_day"?: string;
          "start_time"?: string;
          "status"?: Database["public"]["Enums"]["series_status"];
          "unit"?: Database["public"]["Enums"]["series_unit"];
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "appointment_series_continues_fkey";
            columns: ["continues"];
            isOneToOne: false;
            referencedRelation: "appointment_series";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appointment_series_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appointment_series_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appointment_series_practitioner_id_fkey";
            columns: ["practitioner_id"];
            isOneToOne: false;
            referencedRelation: "practitioners";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appointment_series_room";
            columns: ["room_id", "organization_id"];
            isOneToOne: false;
            referencedRelation: "rooms";
            referencedColumns: ["id", "organization_id"];
          },
          {
            foreignKeyName: "appointment_series_service";
            columns: ["service_id", "organization_id"];
            isOneToOne: false;
            referencedRelation: "services";
            referencedColumns: ["id", "organization_id"];
          },
        ];
      };
      "appointments": {
        Row: {
          "blocked": unknown;
          "booked_by": Database["public"]["Enums"]["appointment_party"];
          "buffer_after_minutes": number;
          "buffer_before_minutes": number;
          "cancellation_reason": string | null;
          "cancelled_at": string | null;
          "cancelled_by": Database["public"]["Enums"]["appointment_party"] | null;
          "checked_in_at": string | null;
          "completed_at": string | null;
          "created_at": string;
          "ends_at": string;
          "hold_expires_at": string | null;
          "id": string;
          "organization_id": string;
          "overbooking": number;
          "overbooking_reason": string | null;
          "patient_id": string;
          "practitioner_id": string;
          "practitioner_key": string;
          "room_id": string | null;
          "room_overbooking": number;
          "sequence": number;
          "series_detached": boolean;
          "series_id": string | null;
          "series_index": number | null;
          "service_id": string;
          "started_at": string | null;
          "starts_at": string;
          "status": Database["public"]["Enums"]["appointment_status"];
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "blocked"?: never;
          "booked_by": Database["public"]["Enums"]["appointment_party"];
          "buffer_after_minutes"?: number;
          "buffer_before_minutes"?: number;
          "cancellation_reason"?: string | null;
          "cancelled_at"?: string | null;
          "cancelled_by"?: Database["public"]["Enums"]["appointment_party"] | null;
          "checked_in_at"?: string | null;
          "completed_at"?: string | null;
          "created_at"?: string;
          "ends_at": string;
          "hold_expires_at"?: string | null;
          "id"?: string;
          "organization_id": string;
          "overbooking"?: number;
          "overbooking_reason"?: string | null;
          "patient_id": string;
          "practitioner_id": string;
          "practitioner_key": string;
          "room_id"?: string | null;
          "room_overbooking"?: number;
          "sequence"?: number;
          "series_detached"?: boolean;
          "series_id"?: string | null;
          "series_index"?: number | null;
          "service_id": string;
          "started_at"?: string | null;
          "starts_at": string;
          "status": Database["public"]["Enums"]["appointment_status"];
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "blocked"?: never;
          "booked_by"?: Database["public"]["Enums"]["appointment_party"];
          "buffer_after_minutes"?: number;
          "buffer_before_minutes"?: number;
          "cancellation_reason"?: string | null;
          "cancelled_at"?: string | null;
          "cancelled_by"?: Database["public"]["Enums"]["appointment_party"] | null;
          "checked_in_at"?: string | null;
          "completed_at"?: string | null;
          "created_at"?: string;
          "ends_at"?: string;
          "hold_expires_at"?: string | null;
          "id"?: string;
          "organization_id"?: string;
          "overbooking"?: number;
          "overbooking_reason"?: string | null;
          "patient_id"?: string;
          "practitioner_id"?: string;
          "practitioner_key"?: string;
          "room_id"?: string | null;
          "room_overbooking"?: number;
          "sequence"?: number;
          "series_detached"?: boolean;
          "series_id"?: string | null;
          "series_index"?: number | null;
          "service_id"?: string;
          "started_at"?: string | null;
          "starts_at"?: string;
          "status"?: Database["public"]["Enums"]["appointment_status"];
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "appointments_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appointments_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appointments_practitioner_id_fkey";
            columns: ["practitioner_id"];
            isOneToOne: false;
            referencedRelation: "practitioners";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appointments_room_id_fkey";
            columns: ["room_id"];
            isOneToOne: false;
            referencedRelation: "rooms";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appointments_series_id_fkey";
            columns: ["series_id"];
            isOneToOne: false;
            referencedRelation: "appointment_series";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appointments_service_id_fkey";
            columns: ["service_id"];
            isOneToOne: false;
            referencedRelation: "services";
            referencedColumns: ["id"];
          },
        ];
      };
      "availability_exceptions": {
        Row: {
          "created_at": string;
          "end_time": string | null;
          "from_day": string;
          "id": string;
          "kind": Database["public"]["Enums"]["availability_kind"];
          "organization_id": string;
          "practitioner_id": string | null;
          "reason": string | null;
          "start_time": string | null;
          "to_day": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "end_time"?: string | null;
          "from_day": string;
          "id"?: string;
          "kind": Database["public"]["Enums"]["availability_kind"];
          "organization_id": string;
          "practitioner_id"?: string | null;
          "reason"?: string | null;
          "start_time"?: string | null;
          "to_day": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "end_time"?: string | null;
          "from_day"?: string;
          "id"?: string;
          "kind"?: Database["public"]["Enums"]["availability_kind"];
          "organization_id"?: string;
          "practitioner_id"?: string | null;
          "reason"?: string | null;
          "start_time"?: string | null;
          "to_day"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "availability_exceptions_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "availability_exceptions_practitioner_id_fkey";
            columns: ["practitioner_id"];
            isOneToOne: false;
            referencedRelation: "practitioners";
            referencedColumns: ["id"];
          },
        ];
      };
      "availability_rules": {
        Row: {
          "created_at": string;
          "end_time": string;
          "id": string;
          "organization_id": string;
          "practitioner_id": string;
          "start_time": string;
          "updated_at": string;
          "valid_from": string;
          "valid_to": string | null;
          "version": number;
          "weekday": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "end_time": string;
          "id"?: string;
          "organization_id": string;
          "practitioner_id": string;
          "start_time": string;
          "updated_at"?: string;
          "valid_from"?: string;
          "valid_to"?: string | null;
          "version"?: number;
          "weekday": number;
        };
        Update: {
          "created_at"?: string;
          "end_time"?: string;
          "id"?: string;
          "organization_id"?: string;
          "practitioner_id"?: string;
          "start_time"?: string;
          "updated_at"?: string;
          "valid_from"?: string;
          "valid_to"?: string | null;
          "version"?: number;
          "weekday"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "availability_rules_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "availability_rules_practitioner_id_fkey";
            columns: ["practitioner_id"];
            isOneToOne: false;
            referencedRelation: "practitioners";
            referencedColumns: ["id"];
          },
        ];
      };
      "break_glass_reviews": {
        Row: {
          "access_id": string;
          "comment": string | null;
          "created_at": string;
          "id": string;
          "opened_at": string;
          "organization_id": string;
          "outcome": Database["public"]["Enums"]["review_outcome"] | null;
          "own": boolean;
          "patient_id": string;
          "reviewed_at": string | null;
          "reviewed_by": string | null;
          "updated_at": string;
          "user_id": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "access_id": string;
          "comment"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "opened_at": string;
          "organization_id": string;
          "outcome"?: Database["public"]["Enums"]["review_outcome"] | null;
          "own": boolean;
          "patient_id": string;
          "reviewed_at"?: string | null;
          "reviewed_by"?: string | null;
          "updated_at"?: string;
          "user_id": string;
          "version"?: number;
        };
        Update: {
          "access_id"?: string;
          "comment"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "opened_at"?: string;
          "organization_id"?: string;
          "outcome"?: Database["public"]["Enums"]["review_outcome"] | null;
          "own"?: boolean;
          "patient_id"?: string;
          "reviewed_at"?: string | null;
          "reviewed_by"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "break_glass_reviews_access_id_fkey";
            columns: ["access_id"];
            isOneToOne: false;
            referencedRelation: "break_glass";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "break_glass_reviews_access_id_fkey";
            columns: ["access_id"];
            isOneToOne: false;
            referencedRelation: "chart_accesses";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "break_glass_reviews_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "break_glass_reviews_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "break_glass_reviews_reviewed_by_fkey";
            columns: ["reviewed_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "break_glass_reviews_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "calendar_feeds": {
        Row: {
          "calendar": Database["public"]["Enums"]["calendar_kind"];
          "created_at": string;
          "id": string;
          "last_used_at": string | null;
          "name": string;
          "revoked_at": string | null;
          "updated_at": string;
          "user_id": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "calendar": Database["public"]["Enums"]["calendar_kind"];
          "created_at"?: string;
          "id"?: string;
          "last_used_at"?: string | null;
          "name": string;
          "revoked_at"?: string | null;
          "updated_at"?: string;
          "user_id": string;
          "version"?: number;
        };
        Update: {
          "calendar"?: Database["public"]["Enums"]["calendar_kind"];
          "created_at"?: string;
          "id"?: string;
          "last_used_at"?: string | null;
          "name"?: string;
          "revoked_at"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "calendar_feeds_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
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
      "chart_accesses": {
        Row: {
          "basis": Database["public"]["Enums"]["chart_basis"];
          "closed_at": string | null;
          "created_at": string;
          "expires_at": string;
          "id": string;
          "opened_at": string;
          "organization_id": string;
          "patient_id": string;
          "purpose": Database["public"]["Enums"]["purpose_of_use"];
          "reason": string | null;
          "scope": Database["public"]["Enums"]["chart_scope"];
          "updated_at": string;
          "user_id": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "basis": Database["public"]["Enums"]["chart_basis"];
          "closed_at"?: string | null;
          "created_at"?: string;
          "expires_at": string;
          "id"?: string;
          "opened_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "purpose": Database["public"]["Enums"]["purpose_of_use"];
          "reason"?: string | null;
          "scope": Database["public"]["Enums"]["chart_scope"];
          "updated_at"?: string;
          "user_id": string;
          "version"?: number;
        };
        Update: {
          "basis"?: Database["public"]["Enums"]["chart_basis"];
          "closed_at"?: string | null;
          "created_at"?: string;
          "expires_at"?: string;
          "id"?: string;
          "opened_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "purpose"?: Database["public"]["Enums"]["purpose_of_use"];
          "reason"?: string | null;
          "scope"?: Database["public"]["Enums"]["chart_scope"];
          "updated_at"?: string;
          "user_id"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "chart_accesses_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "chart_accesses_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "chart_accesses_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "conditions": {
        Row: {
          "code": string | null;
          "code_system": Database["public"]["Enums"]["code_system"] | null;
          "coded": boolean;
          "created_at": string;
          "encounter_id": string | null;
          "error_reason": string | null;
          "id": string;
          "name": string;
          "occurred_at": string;
          "onset_on": string | null;
          "organization_id": string;
          "patient_id": string;
          "recorded_by": string | null;
          "resolved_on": string | null;
          "sensitivity": Database["public"]["Enums"]["sensitivity"] | null;
          "severity": Database["public"]["Enums"]["condition_severity"] | null;
          "status": Database["public"]["Enums"]["condition_status"];
          "updated_at": string;
          "updated_by": string | null;
          "verification": Database["public"]["Enums"]["verification"];
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "code"?: string | null;
          "code_system"?: Database["public"]["Enums"]["code_system"] | null;
          "coded"?: never;
          "created_at"?: string;
          "encounter_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "name": string;
          "occurred_at"?: string;
          "onset_on"?: string | null;
          "organization_id": string;
          "patient_id": string;
          "recorded_by"?: string | null;
          "resolved_on"?: string | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "severity"?: Database["public"]["Enums"]["condition_severity"] | null;
          "status"?: Database["public"]["Enums"]["condition_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "verification"?: Database["public"]["Enums"]["verification"];
          "version"?: number;
        };
        Update: {
          "code"?: string | null;
          "code_system"?: Database["public"]["Enums"]["code_system"] | null;
          "coded"?: never;
          "created_at"?: string;
          "encounter_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "name"?: string;
          "occurred_at"?: string;
          "onset_on"?: string | null;
          "organization_id"?: string;
          "patient_id"?: string;
          "recorded_by"?: string | null;
          "resolved_on"?: string | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "severity"?: Database["public"]["Enums"]["condition_severity"] | null;
          "status"?: Database["public"]["Enums"]["condition_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "verification"?: Database["public"]["Enums"]["verification"];
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "conditions_encounter";
            columns: ["encounter_id", "patient_id"];
            isOneToOne: false;
            referencedRelation: "encounters";
            referencedColumns: ["id", "patient_id"];
          },
          {
            foreignKeyName: "conditions_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "conditions_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "conditions_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "conditions_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "consents": {
        Row: {
          "created_at": string;
          "ended_at": string | null;
          "given_at": string;
          "given_by": string | null;
          "id": string;
          "organization_id": string;
          "patient_id": string;
          "scope": Database["public"]["Enums"]["chart_scope"];
          "status": Database["public"]["Enums"]["consent_status"];
          "updated_at": string;
          "valid_until": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "ended_at"?: string | null;
          "given_at"?: string;
          "given_by"?: string | null;
          "id"?: string;
          "organization_id": string;
          "patient_id": string;
          "scope": Database["public"]["Enums"]["chart_scope"];
          "status"?: Database["public"]["Enums"]["consent_status"];
          "updated_at"?: string;
          "valid_until"?: string | null;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "ended_at"?: string | null;
          "given_at"?: string;
          "given_by"?: string | null;
          "id"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "scope"?: Database["public"]["Enums"]["chart_scope"];
          "status"?: Database["public"]["Enums"]["consent_status"];
          "updated_at"?: string;
          "valid_until"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "consents_given_by_fkey";
            columns: ["given_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "consents_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "consents_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
        ];
      };
      "control_schedules": {
        Row: {
          "code": string;
          "created_at": string;
          "id": string;
          "name": string;
          "refills_allowed": number;
          "register": boolean;
          "second_signer": boolean;
          "supply_days": number | null;
          "updated_at": string;
          "valid_days": number;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "code": string;
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "refills_allowed": number;
          "register"?: boolean;
          "second_signer"?: boolean;
          "supply_days"?: number | null;
          "updated_at"?: string;
          "valid_days": number;
          "version"?: number;
        };
        Update: {
          "code"?: string;
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "refills_allowed"?: number;
          "register"?: boolean;
          "second_signer"?: boolean;
          "supply_days"?: number | null;
          "updated_at"?: string;
          "valid_days"?: number;
          "version"?: number;
        };
        Relationships: [];
      };
      "correction_requests": {
        Row: {
          "created_at": string;
          "decided_at": string | null;
          "decided_by": string | null;
          "decision_reason": string | null;
          "field": string | null;
          "id": string;
          "organization_id": string;
          "patient_id": string;
          "record_id": string | null;
          "record_kind": string | null;
          "status": Database["public"]["Enums"]["correction_status"];
          "text": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "decided_at"?: string | null;
          "decided_by"?: string | null;
          "decision_reason"?: string | null;
          "field"?: string | null;
          "id"?: string;
          "organization_id": string;
          "patient_id": string;
          "record_id"?: string | null;
          "record_kind"?: string | null;
          "status"?: Database["public"]["Enums"]["correction_status"];
          "text": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "decided_at"?: string | null;
          "decided_by"?: string | null;
          "decision_reason"?: string | null;
          "field"?: string | null;
          "id"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "record_id"?: string | null;
          "record_kind"?: string | null;
          "status"?: Database["public"]["Enums"]["correction_status"];
          "text"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "correction_requests_decided_by_fkey";
            columns: ["decided_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "correction_requests_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "correction_requests_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
        ];
      };
      "documents": {
        Row: {
          "category": Database["public"]["Enums"]["document_category"];
          "created_at": string;
          "encounter_id": string | null;
          "error_reason": string | null;
          "id": string;
          "media_type": string;
          "occurred_at": string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by": string | null;
          "sensitivity": Database["public"]["Enums"]["sensitivity"] | null;
          "sha256": string | null;
          "size_bytes": number | null;
          "status": Database["public"]["Enums"]["document_status"];
          "title": string;
          "updated_at": string;
          "updated_by": string | null;
          "url": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "category": Database["public"]["Enums"]["document_category"];
          "created_at"?: string;
          "encounter_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "media_type": string;
          "occurred_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by"?: string | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "sha256"?: string | null;
          "size_bytes"?: number | null;
          "status"?: Database["public"]["Enums"]["document_status"];
          "title": string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "url": string;
          "version"?: number;
        };
        Update: {
          "category"?: Database["public"]["Enums"]["document_category"];
          "created_at"?: string;
          "encounter_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "media_type"?: string;
          "occurred_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "recorded_by"?: string | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "sha256"?: string | null;
          "size_bytes"?: number | null;
          "status"?: Database["public"]["Enums"]["document_status"];
          "title"?: string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "url"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "documents_encounter";
            columns: ["encounter_id", "patient_id"];
            isOneToOne: false;
            referencedRelation: "encounters";
            referencedColumns: ["id", "patient_id"];
          },
          {
            foreignKeyName: "documents_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "documents_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "documents_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "documents_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "dose_limits": {
        Row: {
          "age_from_months": number;
          "age_to_months": number | null;
          "created_at": string;
          "egfr_below": number | null;
          "id": string;
          "ingredient_id": string;
          "label_date": string | null;
          "label_set_id": string | null;
          "management": string;
          "per_day": number | null;
          "per_dose": number | null;
          "per_kg_day": number | null;
          "per_kg_dose": number | null;
          "quote": string | null;
          "route": Database["public"]["Enums"]["drug_route"] | null;
          "shortest_interval_hours": number | null;
          "since_version": number;
          "source_label": string;
          "source_section": string;
          "source_url": string | null;
          "unit": string;
          "until_version": number | null;
          "updated_at": string;
          "verification": Database["public"]["Enums"]["rule_verification"];
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "age_from_months"?: number;
          "age_to_months"?: number | null;
          "created_at"?: string;
          "egfr_below"?: number | null;
          "id"?: string;
          "ingredient_id": string;
          "label_date"?: string | null;
          "label_set_id"?: string | null;
          "management": string;
          "per_day"?: number | null;
          "per_dose"?: number | null;
          "per_kg_day"?: number | null;
          "per_kg_dose"?: number | null;
          "quote"?: string | null;
          "route"?: Database["public"]["Enums"]["drug_route"] | null;
          "shortest_interval_hours"?: number | null;
          "since_version": number;
          "source_label": string;
          "source_section": string;
          "source_url"?: string | null;
          "unit": string;
          "until_version"?: number | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Update: {
          "age_from_months"?: number;
          "age_to_months"?: number | null;
          "created_at"?: string;
          "egfr_below"?: number | null;
          "id"?: string;
          "ingredient_id"?: string;
          "label_date"?: string | null;
          "label_set_id"?: string | null;
          "management"?: string;
          "per_day"?: number | null;
          "per_dose"?: number | null;
          "per_kg_day"?: number | null;
          "per_kg_dose"?: number | null;
          "quote"?: string | null;
          "route"?: Database["public"]["Enums"]["drug_route"] | null;
          "shortest_interval_hours"?: number | null;
          "since_version"?: number;
          "source_label"?: string;
          "source_section"?: string;
          "source_url"?: string | null;
          "unit"?: string;
          "until_version"?: number | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "dose_limits_ingredient_id_fkey";
            columns: ["ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "dose_limits_since_version_fkey";
            columns: ["since_version"];
            isOneToOne: false;
            referencedRelation: "knowledge_versions";
            referencedColumns: ["number"];
          },
          {
            foreignKeyName: "dose_limits_until_version_fkey";
            columns: ["until_version"];
            isOneToOne: false;
            referencedRelation: "knowledge_versions";
            referencedColumns: ["number"];
          },
        ];
      };
      "duplicate_exceptions": {
        Row: {
          "class_id": string | null;
          "created_at": string;
          "description": string;
          "id": string;
          "other_class_id": string | null;
          "source_label": string | null;
          "source_section": string | null;
          "source_url": string | null;
          "updated_at": string;
          "verification": Database["public"]["Enums"]["rule_verification"];
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "class_id"?: string | null;
          "created_at"?: string;
          "description": string;
          "id"?: string;
          "other_class_id"?: string | null;
          "source_label"?: string | null;
          "source_section"?: string | null;
          "source_url"?: string | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Update: {
          "class_id"?: string | null;
          "created_at"?: string;
          "description"?: string;
          "id"?: string;
          "other_class_id"?: string | null;
          "source_label"?: string | null;
          "source_section"?: string | null;
          "source_url"?: string | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "duplicate_exceptions_class_id_fkey";
            columns: ["class_id"];
            isOneToOne: false;
            referencedRelation: "medication_classes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "duplicate_exceptions_other_class_id_fkey";
            columns: ["other_class_id"];
            isOneToOne: false;
            referencedRelation: "medication_classes";
            referencedColumns: ["id"];
          },
        ];
      };
      "encounters": {
        Row: {
          "created_at": string;
          "ended_at": string | null;
          "error_reason": string | null;
          "id": string;
          "kind": Database["public"]["Enums"]["encounter_kind"];
          "occurred_at": string;
          "organization_id": string;
          "patient_id": string;
          "reason": string | null;
          "recorded_by": string | null;
          "sensitivity": Database["public"]["Enums"]["sensitivity"] | null;
          "status": Database["public"]["Enums"]["encounter_status"];
          "updated_at": string;
          "updated_by": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "ended_at"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "kind": Database["public"]["Enums"]["encounter_kind"];
          "occurred_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "reason"?: string | null;
          "recorded_by"?: string | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "status"?: Database["public"]["Enums"]["encounter_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "ended_at"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "kind"?: Database["public"]["Enums"]["encounter_kind"];
          "occurred_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "reason"?: string | null;
          "recorded_by"?: string | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "status"?: Database["public"]["Enums"]["encounter_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "encounters_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "encounters_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "encounters_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "encounters_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "immunizations": {
        Row: {
          "code": string | null;
          "code_system": Database["public"]["Enums"]["code_system"] | null;
          "coded": boolean;
          "created_at": string;
          "dose_number": number | null;
          "encounter_id": string | null;
          "error_reason": string | null;
          "id": string;
          "lot_number": string | null;
          "not_done_reason": string | null;
          "occurred_at": string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by": string | null;
          "site": string | null;
          "status": Database["public"]["Enums"]["immunization_status"];
          "updated_at": string;
          "updated_by": string | null;
          "vaccine": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "code"?: string | null;
          "code_system"?: Database["public"]["Enums"]["code_system"] | null;
          "coded"?: never;
          "created_at"?: string;
          "dose_number"?: number | null;
          "encounter_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "lot_number"?: string | null;
          "not_done_reason"?: string | null;
          "occurred_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by"?: string | null;
          "site"?: string | null;
          "status"?: Database["public"]["Enums"]["immunization_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "vaccine": string;
          "version"?: number;
        };
        Update: {
          "code"?: string | null;
          "code_system"?: Database["public"]["Enums"]["code_system"] | null;
          "coded"?: never;
          "created_at"?: string;
          "dose_number"?: number | null;
          "encounter_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "lot_number"?: string | null;
          "not_done_reason"?: string | null;
          "occurred_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "recorded_by"?: string | null;
          "site"?: string | null;
          "status"?: Database["public"]["Enums"]["immunization_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "vaccine"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "immunizations_encounter";
            columns: ["encounter_id", "patient_id"];
            isOneToOne: false;
            referencedRelation: "encounters";
            referencedColumns: ["id", "patient_id"];
          },
          {
            foreignKeyName: "immunizations_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "immunizations_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "immunizations_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "immunizations_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "ingredient_classes": {
        Row: {
          "class_id": string;
          "created_at": string;
          "id": string;
          "ingredient_id": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "class_id": string;
          "created_at"?: string;
          "id"?: string;
          "ingredient_id": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "class_id"?: string;
          "created_at"?: string;
          "id"?: string;
          "ingredient_id"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "ingredient_classes_class_id_fkey";
            columns: ["class_id"];
            isOneToOne: false;
            referencedRelation: "medication_classes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "ingredient_classes_ingredient_id_fkey";
            columns: ["ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["id"];
          },
        ];
      };
      "ingredients": {
        Row: {
          "active": boolean;
          "control_schedule_id": string | null;
          "created_at": string;
          "id": string;
          "name": string;
          "number": number;
          "reviewed_version": number | null;
          "synonyms": (string)[];
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "control_schedule_id"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "number"?: never;
          "reviewed_version"?: number | null;
          "synonyms"?: (string)[];
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "active"?: boolean;
          "control_schedule_id"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "number"?: never;
          "reviewed_version"?: number | null;
          "synonyms"?: (string)[];
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "ingredients_control_schedule_id_fkey";
            columns: ["control_schedule_id"];
            isOneToOne: false;
            referencedRelation: "control_schedules";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "ingredients_reviewed_version_fkey";
            columns: ["reviewed_version"];
            isOneToOne: false;
            referencedRelation: "knowledge_versions";
            referencedColumns: ["number"];
          },
        ];
      };
      "interaction_policies": {
        Row: {
          "created_at": string;
          "decided_by": string | null;
          "decided_severity": Database["public"]["Enums"]["interaction_severity"];
          "display": Database["public"]["Enums"]["display_mode"];
          "id": string;
          "organization_id": string | null;
          "reason": string;
          "rule_key": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "decided_by"?: string | null;
          "decided_severity": Database["public"]["Enums"]["interaction_severity"];
          "display": Database["public"]["Enums"]["display_mode"];
          "id"?: string;
          "organization_id"?: string | null;
          "reason": string;
          "rule_key": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "decided_by"?: string | null;
          "decided_severity"?: Database["public"]["Enums"]["interaction_severity"];
          "display"?: Database["public"]["Enums"]["display_mode"];
          "id"?: string;
          "organization_id"?: string | null;
          "reason"?: string;
          "rule_key"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "interaction_policies_decided_by_fkey";
            columns: ["decided_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "interaction_policies_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
        ];
      };
      "interaction_rules": {
        Row: {
          "alternatives": string | null;
          "class_id": string | null;
          "code_prefix": string | null;
          "content_hash": string;
          "created_at": string;
          "effect": string;
          "evidence": string;
          "food": string | null;
          "id": string;
          "ingredient_id": string | null;
          "kind": Database["public"]["Enums"]["rule_kind"];
          "label_date": string | null;
          "label_set_id": string | null;
          "management": string;
          "mechanism": string;
          "other_class_id": string | null;
          "other_ingredient_id": string | null;
          "quote": string | null;
          "refines": (string)[];
          "rule_key": string;
          "severity": Database["public"]["Enums"]["interaction_severity"];
          "since_version": number;
          "source_label": string;
          "source_section": string;
          "source_url": string | null;
          "until_version": number | null;
          "updated_at": string;
          "verification": Database["public"]["Enums"]["rule_verification"];
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "alternatives"?: string | null;
          "class_id"?: string | null;
          "code_prefix"?: string | null;
          "content_hash"?: never;
          "created_at"?: string;
          "effect": string;
          "evidence": string;
          "food"?: string | null;
          "id"?: string;
          "ingredient_id"?: string | null;
          "kind": Database["public"]["Enums"]["rule_kind"];
          "label_date"?: string | null;
          "label_set_id"?: string | null;
          "management": string;
          "mechanism": string;
          "other_class_id"?: string | null;
          "other_ingredient_id"?: string | null;
          "quote"?: string | null;
          "refines"?: (string)[];
          "rule_key": string;
          "severity": Database["public"]["Enums"]["interaction_severity"];
          "since_version": number;
          "source_label": string;
          "source_section": string;
          "source_url"?: string | null;
          "until_version"?: number | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Update: {
          "alternatives"?: string | null;
          "class_id"?: string | null;
          "code_prefix"?: string | null;
          "content_hash"?: never;
          "created_at"?: string;
          "effect"?: string;
          "evidence"?: string;
          "food"?: string | null;
          "id"?: string;
          "ingredient_id"?: string | null;
          "kind"?: Database["public"]["Enums"]["rule_kind"];
          "label_date"?: string | null;
          "label_set_id"?: string | null;
          "management"?: string;
          "mechanism"?: string;
          "other_class_id"?: string | null;
          "other_ingredient_id"?: string | null;
          "quote"?: string | null;
          "refines"?: (string)[];
          "rule_key"?: string;
          "severity"?: Database["public"]["Enums"]["interaction_severity"];
          "since_version"?: number;
          "source_label"?: string;
          "source_section"?: string;
          "source_url"?: string | null;
          "until_version"?: number | null;
          "updated_at"?: string;
          "verification"?: Database["public"]["Enums"]["rule_verification"];
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "interaction_rules_class_id_fkey";
            columns: ["class_id"];
            isOneToOne: false;
            referencedRelation: "medication_classes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "interaction_rules_ingredient_id_fkey";
            columns: ["ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "interaction_rules_other_class_id_fkey";
            columns: ["other_class_id"];
            isOneToOne: false;
            referencedRelation: "medication_classes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "interaction_rules_other_ingredient_id_fkey";
            columns: ["other_ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "interaction_rules_since_version_fkey";
            columns: ["since_version"];
            isOneToOne: false;
            referencedRelation: "knowledge_versions";
            referencedColumns: ["number"];
          },
          {
            foreignKeyName: "interaction_rules_until_version_fkey";
            columns: ["until_version"];
            isOneToOne: false;
            referencedRelation: "knowledge_versions";
            referencedColumns: ["number"];
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
      "knowledge_versions": {
        Row: {
          "created_at": string;
          "id": string;
          "import_id": string | null;
          "made_at": string;
          "made_by": string | null;
          "note": string;
          "number": number;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "import_id"?: string | null;
          "made_at"?: string;
          "made_by"?: string | null;
          "note": string;
          "number": number;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "import_id"?: string | null;
          "made_at"?: string;
          "made_by"?: string | null;
          "note"?: string;
          "number"?: number;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "knowledge_versions_made_by_fkey";
            columns: ["made_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "medication_classes": {
        Row: {
          "created_at": string;
          "duplicate_therapy": boolean;
          "id": string;
          "name": string;
          "title": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "duplicate_therapy"?: boolean;
          "id"?: string;
          "name": string;
          "title": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "duplicate_therapy"?: boolean;
          "id"?: string;
          "name"?: string;
          "title"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [];
      };
      "medication_codes": {
        Row: {
          "class_id": string | null;
          "code": string;
          "created_at": string;
          "id": string;
          "ingredient_id": string | null;
          "product_id": string | null;
          "system": Database["public"]["Enums"]["medication_code_system"];
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "class_id"?: string | null;
          "code": string;
          "created_at"?: string;
          "id"?: string;
          "ingredient_id"?: string | null;
          "product_id"?: string | null;
          "system": Database["public"]["Enums"]["medication_code_system"];
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "class_id"?: string | null;
          "code"?: string;
          "created_at"?: string;
          "id"?: string;
          "ingredient_id"?: string | null;
          "product_id"?: string | null;
          "system"?: Database["public"]["Enums"]["medication_code_system"];
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "medication_codes_class_id_fkey";
            columns: ["class_id"];
            isOneToOne: false;
            referencedRelation: "medication_classes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "medication_codes_ingredient_id_fkey";
            columns: ["ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "medication_codes_product_id_fkey";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
        ];
      };
      "medication_curators": {
        Row: {
          "created_at": string;
          "given_by": string | null;
          "id": string;
          "updated_at": string;
          "user_id": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "given_by"?: string | null;
          "id"?: string;
          "updated_at"?: string;
          "user_id": string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "given_by"?: string | null;
          "id"?: string;
          "updated_at"?: string;
          "user_id"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "medication_curators_given_by_fkey";
            columns: ["given_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "medication_curators_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: true;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "medication_statements": {
        Row: {
          "created_at": string;
          "dose": number | null;
          "dose_unit": string | null;
          "encounter_id": string | null;
          "end_reason": Database["public"]["Enums"]["medication_stop_reason"] | null;
          "ended_on": string | null;
          "error_reason": string | null;
          "id": string;
          "ingredient_id": string | null;
          "occurred_at": string;
          "organization_id": string;
          "patient_id": string;
          "product_id": string | null;
          "recorded_by": string | null;
          "remark": string | null;
          "route": Database["public"]["Enums"]["drug_route"] | null;
          "sensitivity": Database["public"]["Enums"]["sensitivity"] | null;
          "source": Database["public"]["Enums"]["medication_source"];
          "started_on": string | null;
          "status": Database["public"]["Enums"]["medication_statement_status"];
          "taking": Database["public"]["Enums"]["medication_taking"];
          "text": string | null;
          "times_per_day": number | null;
          "updated_at": string;
          "updated_by": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "dose"?: number | null;
          "dose_unit"?: string | null;
          "encounter_id"?: string | null;
          "end_reason"?: Database["public"]["Enums"]["medication_stop_reason"] | null;
          "ended_on"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "ingredient_id"?: string | null;
          "occurred_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "product_id"?: string | null;
          "recorded_by"?: string | null;
          "remark"?: string | null;
          "route"?: Database["public"]["Enums"]["drug_route"] | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "source": Database["public"]["Enums"]["medication_source"];
          "started_on"?: string | null;
          "status"?: Database["public"]["Enums"]["medication_statement_status"];
          "taking": Database["public"]["Enums"]["medication_taking"];
          "text"?: string | null;
          "times_per_day"?: number | null;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "dose"?: number | null;
          "dose_unit"?: string | null;
          "encounter_id"?: string | null;
          "end_reason"?: Database["public"]["Enums"]["medication_stop_reason"] | null;
          "ended_on"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "ingredient_id"?: string | null;
          "occurred_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "product_id"?: string | null;
          "recorded_by"?: string | null;
          "remark"?: string | null;
          "route"?: Database["public"]["Enums"]["drug_route"] | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "source"?: Database["public"]["Enums"]["medication_source"];
          "started_on"?: string | null;
          "status"?: Database["public"]["Enums"]["medication_statement_status"];
          "taking"?: Database["public"]["Enums"]["medication_taking"];
          "text"?: string | null;
          "times_per_day"?: number | null;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "medication_statements_encounter";
            columns: ["encounter_id", "patient_id"];
            isOneToOne: false;
            referencedRelation: "encounters";
            referencedColumns: ["id", "patient_id"];
          },
          {
            foreignKeyName: "medication_statements_ingredient_id_fkey";
            columns: ["ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "medication_statements_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "medication_statements_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "medication_statements_product_id_fkey";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "medication_statements_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "medication_statements_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
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
          "may_overbook": boolean;
          "may_schedule": boolean;
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
          "may_overbook"?: boolean;
          "may_schedule"?: boolean;
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
          "may_overbook"?: boolean;
          "may_schedule"?: boolean;
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
      "notes": {
        Row: {
          "amendment_reason": string | null;
          "created_at": string;
          "encounter_id": string;
          "error_reason": string | null;
          "id": string;
          "kind": Database["public"]["Enums"]["note_kind"];
          "occurred_at": string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by": string | null;
          "sensitivity": Database["public"]["Enums"]["sensitivity"] | null;
          "status": Database["public"]["Enums"]["note_status"];
          "text": string;
          "updated_at": string;
          "updated_by": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "amendment_reason"?: string | null;
          "created_at"?: string;
          "encounter_id": string;
          "error_reason"?: string | null;
          "id"?: string;
          "kind": Database["public"]["Enums"]["note_kind"];
          "occurred_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by"?: string | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "status"?: Database["public"]["Enums"]["note_status"];
          "text": string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Update: {
          "amendment_reason"?: string | null;
          "created_at"?: string;
          "encounter_id"?: string;
          "error_reason"?: string | null;
          "id"?: string;
          "kind"?: Database["public"]["Enums"]["note_kind"];
          "occurred_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "recorded_by"?: string | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "status"?: Database["public"]["Enums"]["note_status"];
          "text"?: string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "notes_encounter";
            columns: ["encounter_id", "patient_id"];
            isOneToOne: false;
            referencedRelation: "encounters";
            referencedColumns: ["id", "patient_id"];
          },
          {
            foreignKeyName: "notes_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "notes_patient";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "notes_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "notes_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "notification_preferences": {
        Row: {
          "choices": NonNullable<Json>;
          "created_at": string;
          "id": string;
          "quiet_from": string | null;
          "quiet_until": string | null;
          "reminder_minutes": (number)[];
          "updated_at": string;
          "user_id": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "choices"?: NonNullable<Json>;
          "created_at"?: string;
          "id"?: string;
          "quiet_from"?: string | null;
          "quiet_until"?: string | null;
          "reminder_minutes"?: (number)[];
          "updated_at"?: string;
          "user_id": string;
          "version"?: number;
        };
        Update: {
          "choices"?: NonNullable<Json>;
          "created_at"?: string;
          "id"?: string;
          "quiet_from"?: string | null;
          "quiet_until"?: string | null;
          "reminder_minutes"?: (number)[];
          "updated_at"?: string;
          "user_id"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "notification_preferences_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: true;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "notifications": {
        Row: {
          "body": string;
          "created_at": string;
          "dedupe_key": string;
          "id": string;
          "in_app": boolean;
          "kind": string;
          "link": string | null;
          "organization_id": string | null;
          "read_at": string | null;
          "recipient_id": string;
          "title": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "body": string;
          "created_at"?: string;
          "dedupe_key": string;
          "id"?: string;
          "in_app"?: boolean;
          "kind": string;
          "link"?: string | null;
          "organization_id"?: string | null;
          "read_at"?: string | null;
          "recipient_id": string;
          "title": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "body"?: string;
          "created_at"?: string;
          "dedupe_key"?: string;
          "id"?: string;
          "in_app"?: boolean;
          "kind"?: string;
          "link"?: string | null;
          "organization_id"?: string | null;
          "read_at"?: string | null;
          "recipient_id"?: string;
          "title"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "notifications_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "notifications_recipient_id_fkey";
            columns: ["recipient_id"];
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
      "packs": {
        Row: {
          "active": boolean;
          "created_at": string;
          "description": string | null;
          "gtin": string | null;
          "id": string;
          "product_id": string;
          "units": number;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "created_at"?: string;
          "description"?: string | null;
          "gtin"?: string | null;
          "id"?: string;
          "product_id": string;
          "units": number;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "active"?: boolean;
          "created_at"?: string;
          "description"?: string | null;
          "gtin"?: string | null;
          "id"?: string;
          "product_id"?: string;
          "units"?: number;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "packs_product_id_fkey";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
        ];
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
      "patient_duplicates": {
        Row: {
          "created_at": string;
          "decided_at": string | null;
          "decided_by": string | null;
          "decision_reason": string | null;
          "id": string;
          "organization_id": string;
          "other_patient_id": string;
          "patient_id": string;
          "reasons": NonNullable<Json>;
          "score": number;
          "status": Database["public"]["Enums"]["duplicate_status"];
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "decided_at"?: string | null;
          "decided_by"?: string | null;
          "decision_reason"?: string | null;
          "id"?: string;
          "organization_id": string;
          "other_patient_id": string;
          "patient_id": string;
          "reasons": NonNullable<Json>;
          "score": number;
          "status"?: Database["public"]["Enums"]["duplicate_status"];
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "decided_at"?: string | null;
          "decided_by"?: string | null;
          "decision_reason"?: string | null;
          "id"?: string;
          "organization_id"?: string;
          "other_patient_id"?: string;
          "patient_id"?: string;
          "reasons"?: NonNullable<Json>;
          "score"?: number;
          "status"?: Database["public"]["Enums"]["duplicate_status"];
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "patient_duplicates_decided_by_fkey";
            columns: ["decided_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_duplicates_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_duplicates_other_patient_id_fkey";
            columns: ["other_patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_duplicates_patient_id_fkey";
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
          "use": Database["public"]["Enums"]["identifier_use"];
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
          "use"?: Database["public"]["Enums"]["identifier_use"];
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
          "use"?: Database["public"]["Enums"]["identifier_use"];
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
      "patient_link_codes": {
        Row: {
          "confirmed": boolean | null;
          "created_at": string;
          "created_by": string | null;
          "decided_at": string | null;
          "decided_by": string | null;
          "expires_at": string;
          "id": string;
          "needs_confirmation": boolean;
          "organization_id": string;
          "patient_id": string;
          "revoked_at": string | null;
          "tries": number;
          "updated_at": string;
          "used_at": string | null;
          "used_by": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "confirmed"?: boolean | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "decided_at"?: string | null;
          "decided_by"?: string | null;
          "expires_at"?: string;
          "id"?: string;
          "needs_confirmation"?: boolean;
          "organization_id": string;
          "patient_id": string;
          "revoked_at"?: string | null;
          "tries"?: number;
          "updated_at"?: string;
          "used_at"?: string | null;
          "used_by"?: string | null;
          "version"?: number;
        };
        Update: {
          "confirmed"?: boolean | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "decided_at"?: string | null;
          "decided_by"?: string | null;
          "expires_at"?: string;
          "id"?: string;
          "needs_confirmation"?: boolean;
          "organization_id"?: string;
          "patient_id"?: string;
          "revoked_at"?: string | null;
          "tries"?: number;
          "updated_at"?: string;
          "used_at"?: string | null;
          "used_by"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "patient_link_codes_created_by_fkey";
            columns: ["created_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_link_codes_decided_by_fkey";
            columns: ["decided_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_link_codes_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_link_codes_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_link_codes_used_by_fkey";
            columns: ["used_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "patient_merges": {
        Row: {
          "created_at": string;
          "id": string;
          "merged_by": string | null;
          "moved_login": string | null;
          "moved_rows": number;
          "organization_id": string;
          "patient_id": string;
          "reason": string;
          "source_id": string;
          "status": Database["public"]["Enums"]["merge_status"];
          "undo_until": string;
          "undone_at": string | null;
          "undone_by": string | null;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "merged_by"?: string | null;
          "moved_login"?: string | null;
          "moved_rows": number;
          "organization_id": string;
          "patient_id": string;
          "reason": string;
          "source_id": string;
          "status"?: Database["public"]["Enums"]["merge_status"];
          "undo_until"?: string;
          "undone_at"?: string | null;
          "undone_by"?: string | null;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "merged_by"?: string | null;
          "moved_login"?: string | null;
          "moved_rows"?: number;
          "organization_id"?: string;
          "patient_id"?: string;
          "reason"?: string;
          "source_id"?: string;
          "status"?: Database["public"]["Enums"]["merge_status"];
          "undo_until"?: string;
          "undone_at"?: string | null;
          "undone_by"?: string | null;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "patient_merges_merged_by_fkey";
            columns: ["merged_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_merges_moved_login_fkey";
            columns: ["moved_login"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_merges_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_merges_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_merges_source_id_fkey";
            columns: ["source_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patient_merges_undone_by_fkey";
            columns: ["undone_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "practitioners": {
        Row: {
          "active": boolean;
          "created_at": string;
          "display_name": string;
          "id": string;
          "membership_id": string;
          "organization_id": string;
          "person_key": string;
          "specialty": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "created_at"?: string;
          "display_name": string;
          "id"?: string;
          "membership_id": string;
          "organization_id": string;
          "person_key": string;
          "specialty": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "active"?: boolean;
          "created_at"?: string;
          "display_name"?: string;
          "id"?: string;
          "membership_id"?: string;
          "organization_id"?: string;
          "person_key"?: string;
          "specialty"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "practitioners_membership_id_fkey";
            columns: ["membership_id"];
            isOneToOne: true;
            referencedRelation: "memberships";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "practitioners_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
        ];
      };
      "pregnancy_statuses": {
        Row: {
          "created_at": string;
          "due_on": string | null;
          "error_reason": string | null;
          "id": string;
          "lactation": Database["public"]["Enums"]["lactation_state"];
          "occurred_at": string;
          "organization_id": string;
          "patient_id": string;
          "pregnancy": Database["public"]["Enums"]["pregnancy_state"];
          "recorded_by": string | null;
          "status": Database["public"]["Enums"]["observation_status"];
          "updated_at": string;
          "updated_by": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "due_on"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "lactation"?: Database["public"]["Enums"]["lactation_state"];
          "occurred_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "pregnancy": Database["public"]["Enums"]["pregnancy_state"];
          "recorded_by"?: string | null;
          "status"?: Database["public"]["Enums"]["observation_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "due_on"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "lactation"?: Database["public"]["Enums"]["lactation_state"];
          "occurred_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "pregnancy"?: Database["public"]["Enums"]["pregnancy_state"];
          "recorded_by"?: string | null;
          "status"?: Database["public"]["Enums"]["observation_status"];
          "updated_at"?: string;
          "updated_by"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "pregnancy_statuses_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "pregnancy_statuses_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "pregnancy_statuses_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "pregnancy_statuses_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "prescriptions": {
        Row: {
          "as_needed": boolean;
          "as_needed_reason": string | null;
          "created_at": string;
          "dose": number | null;
          "dose_unit": string | null;
          "group_id": string;
          "id": string;
          "max_per_day": number | null;
          "organization_id": string;
          "patient_id": string;
          "prescriber_id": string | null;
          "product_id": string;
          "route": Database["public"]["Enums"]["drug_route"] | null;
          "sensitivity": Database["public"]["Enums"]["sensitivity"] | null;
          "signed_at": string | null;
          "status": Database["public"]["Enums"]["prescription_status"];
          "times_per_day": number | null;
          "updated_at": string;
          "valid_until": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "as_needed"?: boolean;
          "as_needed_reason"?: string | null;
          "created_at"?: string;
          "dose"?: number | null;
          "dose_unit"?: string | null;
          "group_id"?: string;
          "id"?: string;
          "max_per_day"?: number | null;
          "organization_id": string;
          "patient_id": string;
          "prescriber_id"?: string | null;
          "product_id": string;
          "route"?: Database["public"]["Enums"]["drug_route"] | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "signed_at"?: string | null;
          "status"?: Database["public"]["Enums"]["prescription_status"];
          "times_per_day"?: number | null;
          "updated_at"?: string;
          "valid_until"?: string | null;
          "version"?: number;
        };
        Update: {
          "as_needed"?: boolean;
          "as_needed_reason"?: string | null;
          "created_at"?: string;
          "dose"?: number | null;
          "dose_unit"?: string | null;
          "group_id"?: string;
          "id"?: string;
          "max_per_day"?: number | null;
          "organization_id"?: string;
          "patient_id"?: string;
          "prescriber_id"?: string | null;
          "product_id"?: string;
          "route"?: Database["public"]["Enums"]["drug_route"] | null;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "signed_at"?: string | null;
          "status"?: Database["public"]["Enums"]["prescription_status"];
          "times_per_day"?: number | null;
          "updated_at"?: string;
          "valid_until"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "prescriptions_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "prescriptions_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "prescriptions_prescriber_id_fkey";
            columns: ["prescriber_id"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "prescriptions_product_id_fkey";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
        ];
      };
      "product_ingredients": {
        Row: {
          "created_at": string;
          "id": string;
          "ingredient_id": string | null;
          "mapped_by_name": boolean;
          "product_id": string;
          "strength": number | null;
          "strength_unit": string | null;
          "substance": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "ingredient_id"?: string | null;
          "mapped_by_name"?: boolean;
          "product_id": string;
          "strength"?: number | null;
          "strength_unit"?: string | null;
          "substance": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "ingredient_id"?: string | null;
          "mapped_by_name"?: boolean;
          "product_id"?: string;
          "strength"?: number | null;
          "strength_unit"?: string | null;
          "substance"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "product_ingredients_ingredient_id_fkey";
            columns: ["ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "product_ingredients_product_id_fkey";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
        ];
      };
      "products": {
        Row: {
          "active": boolean;
          "base_unit": Database["public"]["Enums"]["base_unit"];
          "brand": string | null;
          "created_at": string;
          "dose_form": Database["public"]["Enums"]["dose_form"];
          "id": string;
          "import_id": string | null;
          "name": string;
          "related_changes": number;
          "routes": (Database["public"]["Enums"]["drug_route"])[];
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "base_unit": Database["public"]["Enums"]["base_unit"];
          "brand"?: string | null;
          "created_at"?: string;
          "dose_form": Database["public"]["Enums"]["dose_form"];
          "id"?: string;
          "import_id"?: string | null;
          "name": string;
          "related_changes"?: number;
          "routes": (Database["public"]["Enums"]["drug_route"])[];
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "active"?: boolean;
          "base_unit"?: Database["public"]["Enums"]["base_unit"];
          "brand"?: string | null;
          "created_at"?: string;
          "dose_form"?: Database["public"]["Enums"]["dose_form"];
          "id"?: string;
          "import_id"?: string | null;
          "name"?: string;
          "related_changes"?: number;
          "routes"?: (Database["public"]["Enums"]["drug_route"])[];
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [];
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
          "time_zone": string;
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
          "time_zone"?: string;
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
          "time_zone"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [];
      };
      "record_versions": {
        Row: {
          "created_at": string;
          "id": string;
          "kind": string;
          "patient_id": string;
          "record": NonNullable<Json>;
          "record_id": string;
          "sensitivity": Database["public"]["Enums"]["sensitivity"] | null;
          "version": number;
          "written_at": string;
          "written_by": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "kind": string;
          "patient_id": string;
          "record": NonNullable<Json>;
          "record_id": string;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "version": number;
          "written_at": string;
          "written_by"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "kind"?: string;
          "patient_id"?: string;
          "record"?: NonNullable<Json>;
          "record_id"?: string;
          "sensitivity"?: Database["public"]["Enums"]["sensitivity"] | null;
          "version"?: number;
          "written_at"?: string;
          "written_by"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "record_versions_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "record_versions_written_by_fkey";
            columns: ["written_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "rooms": {
        Row: {
          "active": boolean;
          "created_at": string;
          "id": string;
          "name": string;
          "organization_id": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "organization_id": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "active"?: boolean;
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "organization_id"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "rooms_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
        ];
      };
      "service_resources": {
        Row: {
          "created_at": string;
          "id": string;
          "organization_id": string;
          "practitioner_id": string | null;
          "room_id": string | null;
          "service_id": string;
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "organization_id": string;
          "practitioner_id"?: string | null;
          "room_id"?: string | null;
          "service_id": string;
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "organization_id"?: string;
          "practitioner_id"?: string | null;
          "room_id"?: string | null;
          "service_id"?: string;
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "service_resources_practitioner";
            columns: ["practitioner_id"];
            isOneToOne: false;
            referencedRelation: "practitioners";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "service_resources_room";
            columns: ["room_id", "organization_id"];
            isOneToOne: false;
            referencedRelation: "rooms";
            referencedColumns: ["id", "organization_id"];
          },
          {
            foreignKeyName: "service_resources_service";
            columns: ["service_id", "organization_id"];
            isOneToOne: false;
            referencedRelation: "services";
            referencedColumns: ["id", "organization_id"];
          },
        ];
      };
      "services": {
        Row: {
          "active": boolean;
          "bookable_by": Database["public"]["Enums"]["booking_audience"];
          "buffer_after_minutes": number;
          "buffer_before_minutes": number;
          "created_at": string;
          "cutoff_minutes": number;
          "duration_minutes": number;
          "horizon_days": number;
          "id": string;
          "name": string;
          "needs_confirmation": boolean;
          "notice_minutes": number;
          "organization_id": string;
          "patient_limit": number;
          "slot_minutes": number;
          "updated_at": string;
          "version": number;
          "waitlist_offer_minutes": number;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "bookable_by"?: Database["public"]["Enums"]["booking_audience"];
          "buffer_after_minutes"?: number;
          "buffer_before_minutes"?: number;
          "created_at"?: string;
          "cutoff_minutes"?: number;
          "duration_minutes": number;
          "horizon_days"?: number;
          "id"?: string;
          "name": string;
          "needs_confirmation"?: boolean;
          "notice_minutes"?: number;
          "organization_id": string;
          "patient_limit"?: number;
          "slot_minutes": number;
          "updated_at"?: string;
          "version"?: number;
          "waitlist_offer_minutes"?: number;
        };
        Update: {
          "active"?: boolean;
          "bookable_by"?: Database["public"]["Enums"]["booking_audience"];
          "buffer_after_minutes"?: number;
          "buffer_before_minutes"?: number;
          "created_at"?: string;
          "cutoff_minutes"?: number;
          "duration_minutes"?: number;
          "horizon_days"?: number;
          "id"?: string;
          "name"?: string;
          "needs_confirmation"?: boolean;
          "notice_minutes"?: number;
          "organization_id"?: string;
          "patient_limit"?: number;
          "slot_minutes"?: number;
          "updated_at"?: string;
          "version"?: number;
          "waitlist_offer_minutes"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "services_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
        ];
      };
      "vital_signs": {
        Row: {
          "created_at": string;
          "diastolic": number | null;
          "encounter_id": string | null;
          "error_reason": string | null;
          "id": string;
          "measure": Database["public"]["Enums"]["vital_sign"];
          "occurred_at": string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by": string | null;
          "status": Database["public"]["Enums"]["observation_status"];
          "unit": string;
          "updated_at": string;
          "updated_by": string | null;
          "value": number;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "diastolic"?: number | null;
          "encounter_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "measure": Database["public"]["Enums"]["vital_sign"];
          "occurred_at"?: string;
          "organization_id": string;
          "patient_id": string;
          "recorded_by"?: string | null;
          "status"?: Database["public"]["Enums"]["observation_status"];
          "unit": string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "value": number;
          "version"?: number;
        };
        Update: {
          "created_at"?: string;
          "diastolic"?: number | null;
          "encounter_id"?: string | null;
          "error_reason"?: string | null;
          "id"?: string;
          "measure"?: Database["public"]["Enums"]["vital_sign"];
          "occurred_at"?: string;
          "organization_id"?: string;
          "patient_id"?: string;
          "recorded_by"?: string | null;
          "status"?: Database["public"]["Enums"]["observation_status"];
          "unit"?: string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "value"?: number;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "vital_signs_encounter";
            columns: ["encounter_id", "patient_id"];
            isOneToOne: false;
            referencedRelation: "encounters";
            referencedColumns: ["id", "patient_id"];
          },
          {
            foreignKeyName: "vital_signs_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "vital_signs_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "vital_signs_recorded_by_fkey";
            columns: ["recorded_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "vital_signs_updated_by_fkey";
            columns: ["updated_by"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "waitlist_entries": {
        Row: {
          "closed_at": string | null;
          "created_at": string;
          "from_day": string | null;
          "from_time": string | null;
          "id": string;
          "joined_at": string;
          "joined_by": Database["public"]["Enums"]["appointment_party"];
          "organization_id": string;
          "patient_id": string;
          "practitioner_id": string | null;
          "priority": number;
          "priority_reason": string | null;
          "replaces_appointment_id": string | null;
          "service_id": string;
          "status": Database["public"]["Enums"]["waitlist_status"];
          "to_day": string | null;
          "to_time": string | null;
          "updated_at": string;
          "version": number;
          "weekdays": (number)[] | null;
        };
        ComputedFields: never;
        Insert: {
          "closed_at"?: string | null;
          "created_at"?: string;
          "from_day"?: string | null;
          "from_time"?: string | null;
          "id"?: string;
          "joined_at"?: string;
          "joined_by": Database["public"]["Enums"]["appointment_party"];
          "organization_id": string;
          "patient_id": string;
          "practitioner_id"?: string | null;
          "priority"?: number;
          "priority_reason"?: string | null;
          "replaces_appointment_id"?: string | null;
          "service_id": string;
          "status"?: Database["public"]["Enums"]["waitlist_status"];
          "to_day"?: string | null;
          "to_time"?: string | null;
          "updated_at"?: string;
          "version"?: number;
          "weekdays"?: (number)[] | null;
        };
        Update: {
          "closed_at"?: string | null;
          "created_at"?: string;
          "from_day"?: string | null;
          "from_time"?: string | null;
          "id"?: string;
          "joined_at"?: string;
          "joined_by"?: Database["public"]["Enums"]["appointment_party"];
          "organization_id"?: string;
          "patient_id"?: string;
          "practitioner_id"?: string | null;
          "priority"?: number;
          "priority_reason"?: string | null;
          "replaces_appointment_id"?: string | null;
          "service_id"?: string;
          "status"?: Database["public"]["Enums"]["waitlist_status"];
          "to_day"?: string | null;
          "to_time"?: string | null;
          "updated_at"?: string;
          "version"?: number;
          "weekdays"?: (number)[] | null;
        };
        Relationships: [
          {
            foreignKeyName: "waitlist_entries_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "waitlist_entries_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "waitlist_entries_practitioner_id_fkey";
            columns: ["practitioner_id"];
            isOneToOne: false;
            referencedRelation: "practitioners";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "waitlist_entries_replaces_appointment_id_fkey";
            columns: ["replaces_appointment_id"];
            isOneToOne: false;
            referencedRelation: "appointments";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "waitlist_entries_service";
            columns: ["service_id", "organization_id"];
            isOneToOne: false;
            referencedRelation: "services";
            referencedColumns: ["id", "organization_id"];
          },
        ];
      };
      "waitlist_offers": {
        Row: {
          "appointment_id": string | null;
          "created_at": string;
          "decided_at": string | null;
          "ends_at": string;
          "entry_id": string;
          "expires_at": string;
          "id": string;
          "offered_at": string;
          "offered_by": Database["public"]["Enums"]["appointment_party"];
          "organization_id": string;
          "patient_id": string;
          "practitioner_id": string;
          "starts_at": string;
          "status": Database["public"]["Enums"]["waitlist_offer_status"];
          "updated_at": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "appointment_id"?: string | null;
          "created_at"?: string;
          "decided_at"?: string | null;
          "ends_at": string;
          "entry_id": string;
          "expires_at": string;
          "id"?: string;
          "offered_at"?: string;
          "offered_by": Database["public"]["Enums"]["appointment_party"];
          "organization_id": string;
          "patient_id": string;
          "practitioner_id": string;
          "starts_at": string;
          "status"?: Database["public"]["Enums"]["waitlist_offer_status"];
          "updated_at"?: string;
          "version"?: number;
        };
        Update: {
          "appointment_id"?: string | null;
          "created_at"?: string;
          "decided_at"?: string | null;
          "ends_at"?: string;
          "entry_id"?: string;
          "expires_at"?: string;
          "id"?: string;
          "offered_at"?: string;
          "offered_by"?: Database["public"]["Enums"]["appointment_party"];
          "organization_id"?: string;
          "patient_id"?: string;
          "practitioner_id"?: string;
          "starts_at"?: string;
          "status"?: Database["public"]["Enums"]["waitlist_offer_status"];
          "updated_at"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "waitlist_offers_appointment_id_fkey";
            columns: ["appointment_id"];
            isOneToOne: false;
            referencedRelation: "appointments";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "waitlist_offers_entry_id_fkey";
            columns: ["entry_id"];
            isOneToOne: false;
            referencedRelation: "waitlist_entries";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "waitlist_offers_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "waitlist_offers_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "waitlist_offers_practitioner_id_fkey";
            columns: ["practitioner_id"];
            isOneToOne: false;
            referencedRelation: "practitioners";
            referencedColumns: ["id"];
          },
        ];
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
          "action": "insert" | "update" | "delete" | "deny";
          "actor_id": string | null;
          "actor_role": string;
          "changed_fields": (string)[];
          "id": number;
          "occurred_at": string;
          "organization_id": string | null;
          "parts": Json | null;
          "patient_id": string | null;
          "reason": string | null;
          "request_id": string | null;
          "row_id": string;
          "table_name": string;
        };
        ComputedFields: never;
        Insert: {
          "action"?: "insert" | "update" | "delete" | "deny" | null;
          "actor_id"?: string | null;
          "actor_role"?: string | null;
          "changed_fields"?: (string)[] | null;
          "id"?: number | null;
          "occurred_at"?: string | null;
          "organization_id"?: string | null;
          "parts"?: Json | null;
          "patient_id"?: string | null;
          "reason"?: string | null;
          "request_id"?: string | null;
          "row_id"?: string | null;
          "table_name"?: string | null;
        };
        Update: {
          "action"?: "insert" | "update" | "delete" | "deny" | null;
          "actor_id"?: string | null;
          "actor_role"?: string | null;
          "changed_fields"?: (string)[] | null;
          "id"?: number | null;
          "occurred_at"?: string | null;
          "organization_id"?: string | null;
          "parts"?: Json | null;
          "patient_id"?: string | null;
          "reason"?: string | null;
          "request_id"?: string | null;
          "row_id"?: string | null;
          "table_name"?: string | null;
        };
        Relationships: [];
      };
      "break_glass": {
        Row: {
          "created_at": string;
          "expires_at": string;
          "id": string;
          "opened_at": string;
          "organization_id": string;
          "patient_id": string;
          "purpose": Database["public"]["Enums"]["purpose_of_use"];
          "reason": string | null;
          "review_id": string;
          "review_outcome": Database["public"]["Enums"]["review_outcome"] | null;
          "reviewed_at": string | null;
          "reviewing_organization_id": string;
          "updated_at": string;
          "user_id": string;
          "version": number;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: "break_glass_reviews_organization_id_fkey";
            columns: ["reviewing_organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "chart_accesses_organization_id_fkey";
            columns: ["organization_id"];
            isOneToOne: false;
            referencedRelation: "organizations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "chart_accesses_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "chart_accesses_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "chart_records": {
        Row: {
          "category": string | null;
          "code": string | null;
          "encounter_id": string | null;
          "id": string | null;
          "kind": string | null;
          "occurred_at": string | null;
          "patient_id": string | null;
          "record": Json | null;
          "status": string | null;
        };
        ComputedFields: never;
        Relationships: [];
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
          "id": string;
          "language": string;
          "merged_into": string | null;
          "phone": string | null;
          "postal_code": string | null;
          "region": string | null;
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
          "created_at"?: string | null;
          "deleted_at"?: string | null;
          "deletion_reason"?: string | null;
          "email"?: string | null;
          "family_name"?: string | null;
          "given_name"?: string | null;
          "id"?: string | null;
          "language"?: string | null;
          "merged_into"?: string | null;
          "phone"?: string | null;
          "postal_code"?: string | null;
          "region"?: string | null;
          "sex"?: Database["public"]["Enums"]["sex"] | null;
          "sort_name"?: string | null;
          "updated_at"?: string | null;
          "user_id"?: string | null;
          "version"?: number | null;
        };
        Update: {
          "address_line"?: string | null;
          "birth_date"?: string | null;
          "blood_type"?: Database["public"]["Enums"]["blood_type"] | null;
          "city"?: string | null;
          "country"?: string | null;
          "created_at"?: string | null;
          "deleted_at"?: string | null;
          "deletion_reason"?: string | null;
          "email"?: string | null;
          "family_name"?: string | null;
          "given_name"?: string | null;
          "id"?: string | null;
          "language"?: string | null;
          "merged_into"?: string | null;
          "phone"?: string | null;
          "postal_code"?: string | null;
          "region"?: string | null;
          "sex"?: Database["public"]["Enums"]["sex"] | null;
          "sort_name"?: string | null;
          "updated_at"?: string | null;
          "user_id"?: string | null;
          "version"?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: "patients_merged_into_fkey";
            columns: ["merged_into"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "patients_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: true;
            referencedRelation: "profiles";
            referencedColumns: ["id"];
          },
        ];
      };
    };
    Functions: {
      "accept_invitation": { Args: { "p_input": Json }; Returns: Json };
      "access_log": {
        Args: {
          "p_after_at"?: string;
          "p_after_id"?: string;
          "p_basis"?: Database["public"]["Enums"]["chart_basis"];
          "p_count"?: boolean;
          "p_from"?: string;
          "p_limit"?: number;
          "p_patient_id": string;
          "p_to"?: string;
        };
        Returns: Json;
      };
      "add_class_member": { Args: { "p_input": Json }; Returns: Json };
      "add_record": { Args: { "p_input": Json; "p_kind": string; "p_patient_id": string }; Returns: Json };
      "book_appointment": { Args: { "p_input": Json }; Returns: Json };
      "book_series": { Args: { "p_input": Json }; Returns: Json };
      "break_glass": { Args: { "p_input": Json }; Returns: Json };
      "cancel_appointment": {
        Args: { "p_expected_version"?: number; "p_id": string; "p_reason": string };
        Returns: Json;
      };
      "cancel_series": {
        Args: {
          "p_appointment_id"?: string;
          "p_expected_version"?: number;
          "p_id": string;
          "p_reason": string;
          "p_scope": string;
        };
        Returns: Json;
      };
      "change_product": { Args: { "p_changes": Json; "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "change_record": {
        Args: {
          "p_changes": Json;
          "p_expected_version"?: number;
          "p_id": string;
          "p_kind": string;
          "p_patient_id": string;
        };
        Returns: Json;
      };
      "change_service": { Args: { "p_changes": Json; "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "chart_summary": { Args: { "p_patient_id": string }; Returns: Json };
      "check_medicines": {
        Args: { "p_medicines": Json; "p_organization_id"?: string; "p_patient_id": string };
        Returns: Json;
      };
      "claim_mail": {
        Args: { "p_lease_seconds": number; "p_limit": number };
        Returns: {
          "attempt": number;
          "id": string;
          "mail": Json;
          "template": string;
        }[];
      };
      "clear_attempts": {
        Args: { "p_account": string; "p_action": string; "p_address": string; "p_device"?: string };
        Returns: undefined;
      };
      "close_chart": { Args: { "p_patient_id": string }; Returns: Json };
      "complete_registration": { Args: { "p_input": Json }; Returns: Json };
      "create_availability_exception": { Args: { "p_input": Json }; Returns: Json };
      "create_availability_rule": { Args: { "p_input": Json }; Returns: Json };
      "create_calendar_feed": { Args: { "p_input": Json }; Returns: Json };
      "create_correction_request": { Args: { "p_input": Json }; Returns: Json };
      "create_ingredient": { Args: { "p_input": Json }; Returns: Json };
      "create_interaction_policy": { Args: { "p_input": Json }; Returns: Json };
      "create_invitation": { Args: { "p_input": Json }; Returns: Json };
      "create_link_code": { Args: { "p_input": Json }; Returns: Json };
      "create_medication_class": { Args: { "p_input": Json }; Returns: Json };
      "create_medication_code": { Args: { "p_input": Json }; Returns: Json };
      "create_medication_curator": { Args: { "p_input": Json }; Returns: Json };
      "create_patient": { Args: { "p_input": Json }; Returns: Json };
      "create_practitioner": { Args: { "p_input": Json }; Returns: Json };
      "create_product": { Args: { "p_input": Json }; Returns: Json };
      "create_room": { Args: { "p_input": Json }; Returns: Json };
      "create_service": { Args: { "p_input": Json }; Returns: Json };
      "decide_correction_request": {
        Args: {
          "p_expected_version"?: number;
          "p_id": string;
          "p_patient_id": string;
          "p_reason"?: string;
          "p_status": Database["public"]["Enums"]["correction_status"];
        };
        Returns: Json;
      };
      "decide_link": {
        Args: { "p_confirmed": boolean; "p_expected_version"?: number; "p_id": string; "p_patient_id": string };
        Returns: Json;
      };
      "decide_waitlist_offer": {
        Args: {
          "p_expected_version"?: number;
          "p_id": string;
          "p_status": Database["public"]["Enums"]["waitlist_offer_status"];
        };
        Returns: Json;
      };
      "delete_patient": { Args: { "p_expected_version"?: number; "p_id": string; "p_reason": string }; Returns: Json };
      "dismiss_duplicate": { Args: { "p_input": Json }; Returns: Json };
      "end_care": { Args: { "p_expected_version"?: number; "p_id": string; "p_patient_id"?: string }; Returns: Json };
      "enter_in_error": {
        Args: {
          "p_expected_version"?: number;
          "p_id": string;
          "p_kind": string;
          "p_patient_id": string;
          "p_reason": string;
        };
        Returns: Json;
      };
      "explain_closed_chart": { Args: { "p_patient_id": string }; Returns: Json };
      "explain_closed_log": { Args: Record<PropertyKey, never>; Returns: Json };
      "export_chart": { Args: { "p_patient_id": string }; Returns: Json };
      "find_duplicates": {
        Args: { "p_after_id"?: string; "p_after_score"?: number; "p_id": string; "p_limit"?: number };
        Returns: Json;
      };
      "finish_mail": {
        Args: {
          "p_attempt": number;
          "p_error"?: string;
          "p_id": string;
          "p_permanent"?: boolean;
          "p_retry_after_seconds"?: number;
        };
        Returns: string;
      };
      "get_appointment": { Args: { "p_id": string }; Returns: Json };
      "get_ingredient": { Args: { "p_id": string }; Returns: Json };
      "get_interaction_rule": { Args: { "p_id": string }; Returns: Json };
      "get_notification_preferences": { Args: Record<PropertyKey, never>; Returns: Json };
      "get_patient": { Args: { "p_id"?: string }; Returns: Json };
      "get_product": { Args: { "p_id": string }; Returns: Json };
      "get_series": { Args: { "p_id": string }; Returns: Json };
      "get_waitlist_entry": { Args: { "p_id": string }; Returns: Json };
      "give_consent": { Args: { "p_input": Json }; Returns: Json };
      "health_report": { Args: Record<PropertyKey, never>; Returns: Json };
      "hold_slot": { Args: { "p_input": Json }; Returns: Json };
      "import_medications": {
        Args: { "p_dry_run"?: boolean; "p_kind": string; "p_rows": Json; "p_source": string };
        Returns: Json;
      };
      "is_open_invitation": { Args: { "p_email": string; "p_token_hash": string }; Returns: boolean };
      "join_waitlist": { Args: { "p_input": Json }; Returns: Json };
      "knowledge_report": { Args: Record<PropertyKey, never>; Returns: Json };
      "knowledge_version": { Args: Record<PropertyKey, never>; Returns: number };
      "lease_rate_limit": {
        Args: { "p_bucket": string; "p_tokens": number };
        Returns: {
          "capacity": number;
          "granted": number;
          "remaining": number;
          "retry_after_seconds": number;
        }[];
      };
      "leave_waitlist": { Args: { "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "list_appointments": {
        Args: {
          "p_after_id"?: string;
          "p_after_starts_at"?: string;
          "p_count"?: boolean;
          "p_from"?: string;
          "p_limit"?: number;
          "p_organization_id"?: string;
          "p_patient_id"?: string;
          "p_practitioner_id"?: string;
          "p_room_id"?: string;
          "p_series_id"?: string;
          "p_statuses"?: (Database["public"]["Enums"]["appointment_status"])[];
          "p_to"?: string;
        };
        Returns: Json;
      };
      "list_class_members": {
        Args: {
          "p_after_id"?: string;
          "p_after_name"?: string;
          "p_class_id": string;
          "p_count"?: boolean;
          "p_limit"?: number;
        };
        Returns: Json;
      };
      "list_ingredients": {
        Args: {
          "p_active"?: boolean;
          "p_after_id"?: string;
          "p_after_name"?: string;
          "p_class_id"?: string;
          "p_control_schedule_id"?: string;
          "p_count"?: boolean;
          "p_limit"?: number;
          "p_reviewed"?: boolean;
        };
        Returns: Json;
      };
      "list_interaction_rules": {
        Args: {
          "p_after_id"?: string;
          "p_after_rule_key"?: string;
          "p_class_id"?: string;
          "p_count"?: boolean;
          "p_ingredient_id"?: string;
          "p_kind"?: Database["public"]["Enums"]["rule_kind"];
          "p_limit"?: number;
          "p_rule_key"?: string;
          "p_severity"?: Database["public"]["Enums"]["interaction_severity"];
          "p_verification"?: Database["public"]["Enums"]["rule_verification"];
        };
        Returns: Json;
      };
      "list_notifications": {
        Args: {
          "p_after_created_at"?: string;
          "p_after_id"?: string;
          "p_count"?: boolean;
          "p_kind"?: string;
          "p_limit"?: number;
          "p_unread"?: boolean;
        };
        Returns: Json;
      };
      "list_patients": {
        Args: {
          "p_after_id"?: string;
          "p_after_sort_name"?: string;
          "p_count"?: boolean;
          "p_limit"?: number;
          "p_organization_id"?: string;
        };
        Returns: Json;
      };
      "list_products": {
        Args: {
          "p_active"?: boolean;
          "p_after_id"?: string;
          "p_after_name"?: string;
          "p_count"?: boolean;
          "p_ingredient_id"?: string;
          "p_limit"?: number;
          "p_unmapped"?: boolean;
        };
        Returns: Json;
      };
      "list_records": {
        Args: {
          "p_after_at"?: string;
          "p_after_id"?: string;
          "p_category"?: string;
          "p_code"?: string;
          "p_count"?: boolean;
          "p_encounter_id"?: string;
          "p_from"?: string;
          "p_kind"?: string;
          "p_limit"?: number;
          "p_patient_id": string;
          "p_status"?: string;
          "p_to"?: string;
        };
        Returns: Json;
      };
      "list_series": {
        Args: {
          "p_after_created_at"?: string;
          "p_after_id"?: string;
          "p_count"?: boolean;
          "p_limit"?: number;
          "p_organization_id"?: string;
          "p_patient_id"?: string;
          "p_status"?: Database["public"]["Enums"]["series_status"];
        };
        Returns: Json;
      };
      "list_waitlist": {
        Args: {
          "p_after_id"?: string;
          "p_after_joined_at"?: string;
          "p_after_priority"?: number;
          "p_count"?: boolean;
          "p_limit"?: number;
          "p_organization_id"?: string;
          "p_patient_id"?: string;
          "p_service_id"?: string;
          "p_statuses"?: (Database["public"]["Enums"]["waitlist_status"])[];
        };
        Returns: Json;
      };
      "me": { Args: Record<PropertyKey, never>; Returns: Json };
      "merge_patients": { Args: { "p_expected_version"?: number; "p_input": Json }; Returns: Json };
      "move_series": {
        Args: {
          "p_appointment_id"?: string;
          "p_changes": Json;
          "p_expected_version"?: number;
          "p_id": string;
          "p_scope": string;
        };
        Returns: Json;
      };
      "offer_from_waitlist": { Args: { "p_input": Json }; Returns: Json };
      "open_chart": { Args: { "p_input": Json }; Returns: Json };
      "people_by_email": {
        Args: { "p_email": string };
        Returns: {
          "created_at": string;
          "email": string;
          "family_name": string;
          "given_name": string;
          "id": string;
          "language": string;
          "login_deleted_at": string | null;
          "phone": string | null;
          "time_zone": string;
          "updated_at": string;
          "version": number;
        };
        SetofOptions: {
          from: "*";
          to: "profiles";
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      "publish_rule": { Args: { "p_expected_version"?: number; "p_input": Json }; Returns: Json };
      "read_all_notifications": { Args: { "p_kind"?: string; "p_until"?: string }; Returns: number };
      "read_calendar_feed": { Args: { "p_token": string }; Returns: Json };
      "read_notification": { Args: { "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "read_record": {
        Args: { "p_id": string; "p_kind": string; "p_patient_id": string; "p_with_versions"?: boolean };
        Returns: Json;
      };
      "redeem_link_code": { Args: { "p_input": Json }; Returns: Json };
      "reinstate_patient": { Args: { "p_input": Json }; Returns: Json };
      "release_hold": { Args: { "p_expected_version"?: number; "p_id": string }; Returns: undefined };
      "reopen_duplicate": { Args: { "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "reschedule_appointment": {
        Args: {
          "p_duration_minutes"?: number;
          "p_expected_version"?: number;
          "p_id": string;
          "p_overbooking_reason"?: string;
          "p_practitioner_id"?: string;
          "p_room_id"?: string;
          "p_starts_at"?: string;
        };
        Returns: Json;
      };
      "retire_interaction_rule": {
        Args: { "p_expected_version"?: number; "p_id": string; "p_note"?: string };
        Returns: Json;
      };
      "retire_rule": {
        Args: { "p_expected_version"?: number; "p_note"?: string; "p_rule_key": string };
        Returns: Json;
      };
      "review_break_glass": {
        Args: {
          "p_comment"?: string;
          "p_expected_version"?: number;
          "p_id": string;
          "p_organization_id"?: string;
          "p_outcome": Database["public"]["Enums"]["review_outcome"];
        };
        Returns: Json;
      };
      "review_ingredient": { Args: { "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "revoke_calendar_feed": { Args: { "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "revoke_invitation": { Args: { "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "run_medication_import": {
        Args: { "p_dry_run"?: boolean; "p_import_id": string; "p_replace"?: boolean };
        Returns: Json;
      };
      "search_audit": {
        Args: {
          "p_after_id"?: number;
          "p_after_occurred_at"?: string;
          "p_count"?: boolean;
          "p_filters": Json;
          "p_limit"?: number;
        };
        Returns: Json;
      };
      "search_medications": {
        Args: {
          "p_after_id"?: string;
          "p_after_score"?: number;
          "p_after_sort_name"?: string;
          "p_count"?: boolean;
          "p_limit"?: number;
          "p_text": string;
        };
        Returns: Json;
      };
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
        Returns: Json;
      };
      "search_slots": {
        Args: {
          "p_after_practitioner_id"?: string;
          "p_after_starts_at"?: string;
          "p_from": string;
          "p_limit"?: number;
          "p_practitioner_ids"?: (string)[];
          "p_service_id": string;
          "p_specialty"?: string;
          "p_time_zone"?: string;
          "p_to": string;
        };
        Returns: {
          "ends_at": string;
          "practitioner_id": string;
          "starts_at": string;
        }[];
      };
      "set_mail_language": { Args: { "p_email": string; "p_language": string }; Returns: undefined };
      "set_membership_status": {
        Args: {
          "p_expected_version"?: number;
          "p_id": string;
          "p_status": Database["public"]["Enums"]["membership_status"];
        };
        Returns: Json;
      };
      "set_notification_preferences": { Args: { "p_expected_version"?: number; "p_input": Json }; Returns: Json };
      "set_person_status": {
        Args: { "p_status": Database["public"]["Enums"]["membership_status"]; "p_user_id": string };
        Returns: Json;
      };
      "stage_medication_import": { Args: { "p_import_id": string; "p_rows": Json }; Returns: number };
      "start_care": { Args: { "p_input": Json }; Returns: Json };
      "start_medication_import": { Args: { "p_kind": string; "p_sha256": string; "p_source": string }; Returns: Json };
      "step_appointment": {
        Args: {
          "p_expected_version"?: number;
          "p_id": string;
          "p_status": Database["public"]["Enums"]["appointment_status"];
        };
        Returns: Json;
      };
      "take_attempt": {
        Args: { "p_account": string; "p_action": string; "p_address": string; "p_device"?: string };
        Returns: {
          "allowed": boolean;
          "capacity": number;
          "known_device": boolean;
          "remaining": number;
          "retry_after_seconds": number;
        }[];
      };
      "unmerge_patients": { Args: { "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "update_patient": { Args: { "p_changes": Json; "p_expected_version"?: number; "p_id": string }; Returns: Json };
      "verify_audit": { Args: { "p_anchors"?: Json; "p_since"?: string }; Returns: Json };
      "withdraw_consent": {
        Args: { "p_expected_version"?: number; "p_id": string; "p_patient_id": string };
        Returns: Json;
      };
    };
    Enums: {
      "allergy_category": "medication" | "food" | "environment" | "biologic";
      "allergy_kind": "allergy" | "intolerance";
      "allergy_review_status": "current" | "superseded" | "entered_in_error";
      "allergy_severity": "mild" | "moderate" | "severe" | "life_threatening";
      "allergy_statement": "no_known_allergies" | "asked_unknown" | "reviewed";
      "allergy_status": "active" | "inactive" | "resolved" | "entered_in_error";
      "appointment_party": "patient" | "staff" | "system";
      "appointment_status":
        | "held"
        | "requested"
        | "booked"
        | "checked_in"
        | "in_progress"
        | "completed"
        | "cancelled"
        | "no_show";
      "availability_kind": "open" | "closed";
      "base_unit":
        | "tablet"
        | "capsule"
        | "mL"
        | "g"
        | "dose"
        | "patch"
        | "suppository"
        | "pessary"
        | "sachet"
        | "ampoule"
        | "vial"
        | "syringe"
        | "pen"
        | "cartridge"
        | "bag"
        | "bottle"
        | "inhaler"
        | "lozenge"
        | "ring"
        | "implant"
        | "device"
        | "kit"
        | "unit";
      "blood_type": "A+" | "A-" | "B+" | "B-" | "AB+" | "AB-" | "O+" | "O-";
      "booking_audience": "staff" | "patients_in_care" | "patients";
      "calendar_kind": "patient" | "practitioner";
      "care_status": "active" | "ended";
      "chart_basis": "care_relationship" | "consent" | "break_glass";
      "chart_scope": "nothing" | "without_sensitive" | "everything";
      "check_gap":
        | "uncoded_allergy"
        | "unmapped_allergy_code"
        | "allergies_never_asked"
        | "unmapped_product"
        | "ingredient_not_reviewed"
        | "free_text_medicine"
        | "records_withheld"
        | "pregnancy_unknown"
        | "weight_unknown"
        | "knowledge_rebuilding"
        | "dose_unknown"
        | "uncoded_condition";
      "code_system": "icd10" | "icd10_cm" | "snomed_ct" | "loinc" | "rxnorm" | "atc" | "cvx";
      "condition_severity": "mild" | "moderate" | "severe";
      "condition_status": "active" | "remission" | "resolved" | "entered_in_error";
      "consent_status": "active" | "withdrawn" | "replaced";
      "contact_kind": "emergency" | "next_of_kin" | "guardian";
      "correction_status": "open" | "accepted" | "rejected" | "withdrawn";
      "cross_reactivity": "critical" | "warning" | "info";
      "display_mode": "interrupt" | "show" | "silent";
      "document_category":
        | "discharge_summary"
        | "referral"
        | "report"
        | "imaging"
        | "consent_form"
        | "identification"
        | "other";
      "document_status": "current" | "superseded" | "entered_in_error";
      "dose_form":
        | "tablet"
        | "chewable_tablet"
        | "orodispersible_tablet"
        | "effervescent_tablet"
        | "sublingual_tablet"
        | "buccal_tablet"
        | "gastro_resistant_tablet"
        | "prolonged_release_tablet"
        | "capsule"
        | "gastro_resistant_capsule"
        | "prolonged_release_capsule"
        | "lozenge"
        | "chewing_gum"
        | "oral_solution"
        | "oral_suspension"
        | "oral_drops"
        | "oral_powder"
        | "oral_granules"
        | "oral_gel"
        | "oral_film"
        | "oromucosal_spray"
        | "mouthwash"
        | "injection"
        | "powder_for_injection"
        | "suspension_for_injection"
        | "infusion"
        | "implant"
        | "inhalation_powder"
        | "inhalation_spray"
        | "nebuliser_solution"
        | "inhalation_gas"
        | "nasal_spray"
        | "nasal_drops"
        | "nasal_gel"
        | "eye_drops"
        | "eye_ointment"
        | "eye_gel"
        | "ear_drops"
        | "cream"
        | "ointment"
        | "gel"
        | "lotion"
        | "foam"
        | "paste"
        | "shampoo"
        | "cutaneous_solution"
        | "cutaneous_spray"
        | "cutaneous_powder"
        | "transdermal_patch"
        | "medicated_dressing"
        | "suppository"
        | "enema"
        | "rectal_foam"
        | "pessary"
        | "vaginal_cream"
        | "vaginal_gel"
        | "vaginal_ring"
        | "intrauterine_system"
        | "irrigation"
        | "dental_gel"
        | "kit"
        | "other";
      "drug_route":
        | "oral"
        | "sublingual"
        | "buccal"
        | "oromucosal"
        | "enteral"
        | "intravenous"
        | "intramuscular"
        | "subcutaneous"
        | "intradermal"
        | "intra_arterial"
        | "intra_articular"
        | "intraosseous"
        | "intraperitoneal"
        | "intrapleural"
        | "intrathecal"
        | "epidural"
        | "intravitreal"
        | "intravesical"
        | "intralesional"
        | "inhaled"
        | "nasal"
        | "topical"
        | "transdermal"
        | "ophthalmic"
        | "otic"
        | "dental"
        | "rectal"
        | "vaginal"
        | "urethral"
        | "intrauterine"
        | "irrigation"
        | "other";
      "duplicate_status": "open" | "dismissed";
      "encounter_kind": "ambulatory" | "emergency" | "inpatient" | "virtual" | "home";
      "encounter_status": "in_progress" | "completed" | "cancelled" | "entered_in_error";
      "finding_kind":
        | "drug"
        | "allergy"
        | "condition"
        | "pregnancy"
        | "lactation"
        | "dose"
        | "duplicate_ingredient"
        | "duplicate_class"
        | "food";
      "identifier_system": "mrn" | "national_id";
      "identifier_use": "official" | "old";
      "immunization_status": "completed" | "not_done" | "entered_in_error";
      "interaction_severity": "contraindicated" | "major" | "moderate" | "minor";
      "lactation_state": "lactating" | "not_lactating" | "unknown";
      "medication_code_system": "rxnorm" | "atc" | "ndc" | "snomed_ct";
      "medication_source": "patient" | "other_provider" | "otc" | "herbal";
      "medication_statement_status": "active" | "ended" | "entered_in_error";
      "medication_stop_reason":
        | "side_effect"
        | "allergy"
        | "ineffective"
        | "completed"
        | "interaction"
        | "patient_request"
        | "cost"
        | "duplicate"
        | "replaced"
        | "error"
        | "other";
      "medication_taking": "yes" | "no" | "unknown";
      "membership_role": "hospital_staff" | "pharmacy_staff" | "admin" | "privacy_officer";
      "membership_status": "active" | "suspended";
      "merge_status": "done" | "undone";
      "note_kind": "history" | "progress" | "assessment" | "plan" | "procedure" | "discharge" | "nursing" | "other";
      "note_status": "final" | "amended" | "entered_in_error";
      "observation_status": "final" | "entered_in_error";
      "organization_kind": "hospital" | "pharmacy" | "laboratory";
      "pregnancy_state": "pregnant" | "not_pregnant" | "unknown";
      "prescription_status":
        | "draft"
        | "active"
        | "on_hold"
        | "cancelled"
        | "completed"
        | "expired"
        | "entered_in_error";
      "purpose_of_use":
        | "treatment"
        | "emergency_treatment"
        | "care_management"
        | "patient_request"
        | "payment"
        | "operations"
        | "public_health";
      "review_outcome": "justified" | "unjustified";
      "rule_kind": "drug" | "condition" | "pregnancy" | "lactation" | "food";
      "rule_verification": "verified" | "unverified";
      "sensitivity": "substance_use" | "mental_health" | "sexual_health" | "hiv" | "genetic" | "violence";
      "series_status": "active" | "cancelled";
      "series_unit": "day" | "week" | "month";
      "sex": "female" | "male" | "other" | "unknown";
      "verification": "unconfirmed" | "confirmed" | "refuted";
      "vital_sign":
        | "body_weight"
        | "body_height"
        | "body_temperature"
        | "heart_rate"
        | "respiratory_rate"
        | "oxygen_saturation"
        | "blood_pressure"
        | "blood_glucose"
        | "head_circumference"
        | "pain_score";
      "waitlist_offer_status": "open" | "accepted" | "declined" | "lapsed";
      "waitlist_status": "waiting" | "offered" | "accepted" | "booked" | "left" | "expired";
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
      "allergy_category": ["medication", "food", "environment", "biologic"],
      "allergy_kind": ["allergy", "intolerance"],
      "allergy_review_status": ["current", "superseded", "entered_in_error"],
      "allergy_severity": ["mild", "moderate", "severe", "life_threatening"],
      "allergy_statement": ["no_known_allergies", "asked_unknown", "reviewed"],
      "allergy_status": ["active", "inactive", "resolved", "entered_in_error"],
      "appointment_party": ["patient", "staff", "system"],
      "appointment_status": [
        "held",
        "requested",
        "booked",
        "checked_in",
        "in_progress",
        "completed",
        "cancelled",
        "no_show",
      ],
      "availability_kind": ["open", "closed"],
      "base_unit": [
        "tablet",
        "capsule",
        "mL",
        "g",
        "dose",
        "patch",
        "suppository",
        "pessary",
        "sachet",
        "ampoule",
        "vial",
        "syringe",
        "pen",
        "cartridge",
        "bag",
        "bottle",
        "inhaler",
        "lozenge",
        "ring",
        "implant",
        "device",
        "kit",
        "unit",
      ],
      "blood_type": ["A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"],
      "booking_audience": ["staff", "patients_in_care", "patients"],
      "calendar_kind": ["patient", "practitioner"],
      "care_status": ["active", "ended"],
      "chart_basis": ["care_relationship", "consent", "break_glass"],
      "chart_scope": ["nothing", "without_sensitive", "everything"],
      "check_gap": [
        "uncoded_allergy",
        "unmapped_allergy_code",
        "allergies_never_asked",
        "unmapped_product",
        "ingredient_not_reviewed",
        "free_text_medicine",
        "records_withheld",
        "pregnancy_unknown",
        "weight_unknown",
        "knowledge_rebuilding",
        "dose_unknown",
        "uncoded_condition",
      ],
      "code_system": ["icd10", "icd10_cm", "snomed_ct", "loinc", "rxnorm", "atc", "cvx"],
      "condition_severity": ["mild", "moderate", "severe"],
      "condition_status": ["active", "remission", "resolved", "entered_in_error"],
      "consent_status": ["active", "withdrawn", "replaced"],
      "contact_kind": ["emergency", "next_of_kin", "guardian"],
      "correction_status": ["open", "accepted", "rejected", "withdrawn"],
      "cross_reactivity": ["critical", "warning", "info"],
      "display_mode": ["interrupt", "show", "silent"],
      "document_category": [
        "discharge_summary",
        "referral",
        "report",
        "imaging",
        "consent_form",
        "identification",
        "other",
      ],
      "document_status": ["current", "superseded", "entered_in_error"],
      "dose_form": [
        "tablet",
        "chewable_tablet",
        "orodispersible_tablet",
        "effervescent_tablet",
        "sublingual_tablet",
        "buccal_tablet",
        "gastro_resistant_tablet",
        "prolonged_release_tablet",
        "capsule",
        "gastro_resistant_capsule",
        "prolonged_release_capsule",
        "lozenge",
        "chewing_gum",
        "oral_solution",
        "oral_suspension",
        "oral_drops",
        "oral_powder",
        "oral_granules",
        "oral_gel",
        "oral_film",
        "oromucosal_spray",
        "mouthwash",
        "injection",
        "powder_for_injection",
        "suspension_for_injection",
        "infusion",
        "implant",
        "inhalation_powder",
        "inhalation_spray",
        "nebuliser_solution",
        "inhalation_gas",
        "nasal_spray",
        "nasal_drops",
        "nasal_gel",
        "eye_drops",
        "eye_ointment",
        "eye_gel",
        "ear_drops",
        "cream",
        "ointment",
        "gel",
        "lotion",
        "foam",
        "paste",
        "shampoo",
        "cutaneous_solution",
        "cutaneous_spray",
        "cutaneous_powder",
        "transdermal_patch",
        "medicated_dressing",
        "suppository",
        "enema",
        "rectal_foam",
        "pessary",
        "vaginal_cream",
        "vaginal_gel",
        "vaginal_ring",
        "intrauterine_system",
        "irrigation",
        "dental_gel",
        "kit",
        "other",
      ],
      "drug_route": [
        "oral",
        "sublingual",
        "buccal",
        "oromucosal",
        "enteral",
        "intravenous",
        "intramuscular",
        "subcutaneous",
        "intradermal",
        "intra_arterial",
        "intra_articular",
        "intraosseous",
        "intraperitoneal",
        "intrapleural",
        "intrathecal",
        "epidural",
        "intravitreal",
        "intravesical",
        "intralesional",
        "inhaled",
        "nasal",
        "topical",
        "transdermal",
        "ophthalmic",
        "otic",
        "dental",
        "rectal",
        "vaginal",
        "urethral",
        "intrauterine",
        "irrigation",
        "other",
      ],
      "duplicate_status": ["open", "dismissed"],
      "encounter_kind": ["ambulatory", "emergency", "inpatient", "virtual", "home"],
      "encounter_status": ["in_progress", "completed", "cancelled", "entered_in_error"],
      "finding_kind": [
        "drug",
        "allergy",
        "condition",
        "pregnancy",
        "lactation",
        "dose",
        "duplicate_ingredient",
        "duplicate_class",
        "food",
      ],
      "identifier_system": ["mrn", "national_id"],
      "identifier_use": ["official", "old"],
      "immunization_status": ["completed", "not_done", "entered_in_error"],
      "interaction_severity": ["contraindicated", "major", "moderate", "minor"],
      "lactation_state": ["lactating", "not_lactating", "unknown"],
      "medication_code_system": ["rxnorm", "atc", "ndc", "snomed_ct"],
      "medication_source": ["patient", "other_provider", "otc", "herbal"],
      "medication_statement_status": ["active", "ended", "entered_in_error"],
      "medication_stop_reason": [
        "side_effect",
        "allergy",
        "ineffective",
        "completed",
        "interaction",
        "patient_request",
        "cost",
        "duplicate",
        "replaced",
        "error",
        "other",
      ],
      "medication_taking": ["yes", "no", "unknown"],
      "membership_role": ["hospital_staff", "pharmacy_staff", "admin", "privacy_officer"],
      "membership_status": ["active", "suspended"],
      "merge_status": ["done", "undone"],
      "note_kind": ["history", "progress", "assessment", "plan", "procedure", "discharge", "nursing", "other"],
      "note_status": ["final", "amended", "entered_in_error"],
      "observation_status": ["final", "entered_in_error"],
      "organization_kind": ["hospital", "pharmacy", "laboratory"],
      "pregnancy_state": ["pregnant", "not_pregnant", "unknown"],
      "prescription_status": ["draft", "active", "on_hold", "cancelled", "completed", "expired", "entered_in_error"],
      "purpose_of_use": [
        "treatment",
        "emergency_treatment",
        "care_management",
        "patient_request",
        "payment",
        "operations",
        "public_health",
      ],
      "review_outcome": ["justified", "unjustified"],
      "rule_kind": ["drug", "condition", "pregnancy", "lactation", "food"],
      "rule_verification": ["verified", "unverified"],
      "sensitivity": ["substance_use", "mental_health", "sexual_health", "hiv", "genetic", "violence"],
      "series_status": ["active", "cancelled"],
      "series_unit": ["day", "week", "month"],
      "sex": ["female", "male", "other", "unknown"],
      "verification": ["unconfirmed", "confirmed", "refuted"],
      "vital_sign": [
        "body_weight",
        "body_height",
        "body_temperature",
        "heart_rate",
        "respiratory_rate",
        "oxygen_saturation",
        "blood_pressure",
        "blood_glucose",
        "head_circumference",
        "pain_score",
      ],
      "waitlist_offer_status": ["open", "accepted", "declined", "lapsed"],
      "waitlist_status": ["waiting", "offered", "accepted", "booked", "left", "expired"],
    },
  },
} as const;
