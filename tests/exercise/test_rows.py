"""Which test keeps which sentence of the platform about payloads, authentication and runtime.

A sentence without a test, and a test of these rooms that no sentence names, both show here.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent

PAYLOAD = {
    "a pasted example infers string, integer, decimal, boolean, three dates and the list of each": [
        "test_an_example_that_was_pasted_sends_what_it_shows_with_the_types_it_shows"
    ],
    "each type is sent as itself, another one not at all": [
        "test_each_type_arrives_as_itself",
        "test_what_is_not_of_its_type_is_never_sent",
    ],
    "listObject": ["test_a_variable_list_of_objects_has_as_many_items_as_the_journey_gives"],
    "listAny: single items are mapped, the array is not variable": [
        "test_an_array_of_mixed_items_or_arrays_maps_its_single_items",
        "test_what_a_payload_can_not_hold_is_no_definition",
    ],
    "no mixed arrays in responses, nested ones are fine": [
        "test_nested_lists_of_objects_are_read_and_mixed_ones_are_not",
        "test_what_a_payload_can_not_hold_is_no_definition",
    ],
    "the first object of an array fixes its fields": ["test_the_first_object_of_an_array_fixes_its_fields"],
    "a variable array has variable fields alone": ["test_what_a_payload_can_not_hold_is_no_definition"],
    "nested arrays of a request have a fixed number of constant items": [
        "test_a_nested_array_of_a_request_has_a_fixed_number_of_constant_items"
    ],
    "null: left out or sent, dropped inside lists, a null list is empty": [
        "test_an_unfilled_optional_field_is_left_out_or_null_as_the_request_allows",
        "test_nulls_inside_a_scalar_list_are_dropped_and_a_null_list_is_sent_empty",
        "test_null_drops_out_of_a_fixed_array_of_scalars",
    ],
    "headers, parameters and the dynamic path are constant or variable": [
        "test_headers_parameters_and_the_dynamic_path_arrive"
    ],
    "responses are read in expressions, with defaultValue and currentActionField": [
        "test_expressions_read_fields_defaults_and_items",
        "test_an_expression_that_is_not_understood_is_refused_and_not_guessed",
        "test_an_answer_is_read_field_by_field_and_every_deviation_is_named",
    ],
    "the failure payload is under errorResponse above 2xx": [
        "test_above_2xx_the_failure_payload_is_read_under_error_response"
    ],
}

AUTHENTICATION = {
    "basic": ["test_basic_authentication_opens_what_wants_it"],
    "apiKey in header or queryParam": ["test_an_api_key_opens_what_wants_it_from_either_place"],
    "customAuthorization: form or json; bearer, header or queryParam": [
        "test_a_token_is_fetched_by_form_or_json_and_sent_where_it_belongs"
    ],
    "GET with headers": ["test_a_token_endpoint_may_be_asked_by_get_with_its_query"],
    "a body for POST, flat pairs, tokenTarget, time units, selector": [
        "test_a_custom_authorization_that_says_too_little_or_too_much_is_no_definition"
    ],
    "EncodeBase64 is the only function": [
        "test_encode_base64_is_understood_in_the_headers_of_a_token_request",
        "test_encode_base64_is_understood_in_the_body_and_no_other_function_is",
    ],
    "tokenInResponse: response or json://path": [
        "test_the_whole_answer_or_what_a_path_selects_is_the_token",
        "test_an_answer_without_what_is_selected_is_told",
    ],
    "cacheDuration: duration or expiryInResponse, milliseconds to years, an hour by default": [
        "test_a_token_is_kept_by_duration_or_by_the_answers_expiry_an_hour_if_nothing_is_said",
        "test_a_token_is_kept_in_every_unit_of_time",
        "test_the_time_units_are_those_of_the_model",
    ],
    "the token is cached for each journey": ["test_a_token_is_kept_for_each_journey"],
    "secrets are masked": ["test_neither_the_token_nor_what_comes_with_it_is_shown"],
    "a token that is not to be had": [
        "test_a_token_that_is_refused_ends_the_call_before_the_action_is_called",
        "test_a_token_that_failed_is_asked_for_again_by_the_next_call",
        "test_the_time_for_a_token_counts_against_the_timeout_of_the_whole_call",
    ],
}

CERTIFICATE = {
    "certificateCredential: a signed assertion in place of a secret": [
        "test_a_server_that_knows_the_key_takes_the_assertion",
        "test_a_server_that_knows_another_key_refuses_it",
        "test_an_assertion_says_who_for_whom_until_when_and_names_the_certificate",
        "test_without_a_certificate_the_settings_are_told_before_anything_is_sent",
        "test_a_certificate_or_key_that_can_not_sign_is_refused",
    ],
}

RUNTIME = {
    "300,000 calls a minute, a window that begins at any millisecond": [
        "test_the_platforms_own_numbers_are_the_defaults",
        "test_above_the_cap_calls_are_dropped_in_any_stretch_of_a_minute",
    ],
    "all endpoints of a host share the cap": [
        "test_all_endpoints_of_a_host_share_its_cap_and_other_hosts_have_their_own"
    ],
    "above 0.75 s: 150,000 calls in 30 s": [
        "test_a_slow_endpoint_goes_through_the_slow_lane_with_its_own_limit",
        "test_a_quick_endpoint_takes_no_slot_of_the_slow_lane",
    ],
    "timeout: 1 to 30 s, 30 by default, for the call and its retries": [
        "test_a_timeout_is_1_to_30_seconds",
        "test_a_timeout_is_30_seconds_where_nobody_says_so",
        "test_time_that_is_up_before_a_retry_is_a_timeout_too",
    ],
    "at most 3 retries": [
        "test_a_failing_call_is_tried_again_three_times_at_most",
        "test_a_retry_that_succeeds_makes_the_call_a_success",
        "test_a_call_that_can_not_be_made_is_an_internal_error_after_its_retries",
        "test_what_the_partner_itself_limits_is_a_status_and_tried_again",
    ],
    "none after 401, 403, 404": ["test_there_is_no_retry_after_401_403_and_404"],
    "none where the first call takes longer than the timeout": [
        "test_a_first_call_that_takes_longer_than_the_timeout_is_not_tried_again"
    ],
    "ending inside a retry is a timeout": ["test_a_timeout_inside_a_retry_is_a_timeout"],
    "each retry takes a slot": [
        "test_each_retry_takes_a_slot_so_two_retries_each_leave_a_third_of_the_rate",
        "test_without_a_slot_for_a_retry_the_failure_stands",
    ],
    "the cap comes first": ["test_a_call_that_is_capped_sends_nothing_not_even_for_a_token"],
    "connections": ["test_many_connections_are_open_at_once"],
    "302 is followed": ["test_a_302_is_followed_for_each_request"],
    "Campaign: 4,000 messages in 5 minutes": [
        "test_messages_of_campaign_count_together_against_their_own_cap"
    ],
}

FULL_SIZE = {
    "5,000 events a second": ["test_as_fast_as_journeys_process_no_call_is_ever_above_the_default_cap"],
    "the cap": ["test_the_300_001st_call_of_a_minute_is_dropped_whichever_millisecond_the_minute_begins_at"],
    "the slow lane": ["test_the_slow_lane_lets_150_000_calls_through_in_30_seconds"],
    "Campaign": ["test_the_4_001st_message_of_campaign_in_five_minutes_is_dropped"],
    "100 calls a second with two retries each": [
        "test_a_hundred_calls_a_second_with_two_retries_each_leave_33"
    ],
    "more than 2,000 connections": ["test_more_than_2_000_calls_may_be_under_way_at_once"],
}

TLS = {
    "1.3, then 1.2": ["test_tls_1_3_is_spoken_and_1_2_where_the_server_knows_no_better"],
    "mutual TLS is offered": ["test_our_certificate_is_offered_where_the_server_asks_for_one"],
}

THROTTLED = {
    "50, 75, 100 and 125 connections by rate": [
        "test_connections_follow_the_rate",
        "test_without_a_throttling_more_than_2_000_connections_are_open_at_once",
    ],
    "queued for up to six hours": ["test_after_six_hours_in_the_queue_a_call_is_dropped"],
}

WHOLE = [
    ("test_payload_rows.py", PAYLOAD),
    ("test_authentication_rows.py", AUTHENTICATION),
    ("test_certificate.py", CERTIFICATE),
    ("test_runtime_rows.py", RUNTIME),
]
"""Modules whose every test stands for a sentence."""

IN_PART = [("test_limits.py", FULL_SIZE), ("test_wire.py", TLS), ("rehearsal/test_simulate.py", THROTTLED)]


def named_in(module: str) -> set[str]:
    tree = ast.parse((HERE / module).read_text(encoding="utf-8"))
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {name for name in names if name.startswith("test_")}


@pytest.mark.parametrize(
    ("module", "rows"), WHOLE + IN_PART, ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_sentence_has_its_tests(module: str, rows: dict[str, list[str]]) -> None:
    assert {name for names in rows.values() for name in names} <= named_in(module)
    assert all(rows.values())


@pytest.mark.parametrize(("module", "rows"), WHOLE, ids=lambda one: one if isinstance(one, str) else "")
def test_every_test_stands_for_a_sentence(module: str, rows: dict[str, list[str]]) -> None:
    assert named_in(module) <= {name for names in rows.values() for name in names}
