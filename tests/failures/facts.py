"""What goes wrong with endpoints, what is right instead, and the tests that prove it.

`docs/providers.md` shows these tables; `python -m tests.failures` writes them there.
"""

from __future__ import annotations

from typing import NamedTuple


class Fact(NamedTuple):
    number: str
    seen: str
    """The symptom, as somebody met it."""
    right: str
    """What ownkey does about it."""
    proofs: tuple[str, ...]
    """Tests as `calls::a_name` for `test_a_name` in `tests/failures/test_calls.py`; files
    elsewhere are told by their folder: `wire/client::a_name`."""


def fact(number: str | int, seen: str, right: str, *proofs: str) -> Fact:
    return Fact(str(number), seen, right, proofs)


FACTS = (
    fact(
        1,
        "404 on the first call: the base address lacks `/v1`",
        "the path is completed; after a 404, 405 or page the sibling is tried once, and told",
        "addresses::a_chat_address_leads_to_the_endpoint_however_it_is_written",
        "addresses::the_sibling_address_is_tried_once_and_told",
        "addresses::where_no_sibling_answers_either_the_person_learns_what_was_tried",
    ),
    fact(
        2,
        "an empty answer: LM Studio says 200 with an error in it",
        "a document is no stream: its error is told",
        "addresses::two_hundred_with_an_error_in_it_is_no_answer",
        "wire/client::two_hundred_is_not_success",
    ),
    fact(
        3,
        "404 at `/v1/v1/messages`",
        "a Messages address may end in `/v1` or not",
        "addresses::a_messages_address_may_end_in_v1_or_not",
    ),
    fact(
        4,
        "400 for the role `developer`",
        "the role is `system`",
        "fields::the_system_prompt_goes_under_the_role_all_know",
    ),
    fact(
        5,
        "the output limit is ignored",
        "`max_tokens` everywhere but at OpenAI",
        "fields::the_output_limit_has_the_name_that_is_understood",
    ),
    fact(
        6,
        "422 for `max_completion_tokens` (Mistral at Azure)",
        "a row by host and model; elsewhere the other name is tried",
        "fields::the_output_limit_has_the_name_that_is_understood",
        "fields::a_refused_optional_field_is_left_out_and_that_is_remembered",
        "fields::a_quirk_of_the_persons_own_stands_and_is_named",
    ),
    fact(
        7,
        "a short prompt is too long: the server reserves the whole output limit",
        "no limit is sent that the entry does not set",
        "fields::no_limit_is_sent_that_nobody_asked_for",
    ),
    fact(
        8,
        "400 for an output limit of 0 or -1",
        "such a limit is refused with its line, and never sent",
        "fields::a_limit_of_nothing_is_never_sent",
    ),
    fact(
        9,
        "no usage is shown",
        "it is read wherever hosts put it; the last one counts",
        "answers::usage_is_found_wherever_it_stands",
    ),
    fact(
        10,
        "400 for `stream_options`",
        "left out, asked again, remembered",
        "fields::a_refused_optional_field_is_left_out_and_that_is_remembered",
        "fields::a_field_is_dropped_once_and_a_second_refusal_is_told",
    ),
    fact(
        11,
        "a crash on a chunk without choices, or with a null delta",
        "such chunks only keep the connection alive",
        "answers::chunks_without_anything_keep_the_connection_alive",
    ),
    fact(
        12,
        "thinking is shown twice: it comes under two names",
        "the first name that holds any counts",
        "answers::thinking_that_comes_under_two_names_is_shown_once",
    ),
    fact(
        13,
        "DeepSeek: 400 on the second request after a call",
        "`reasoning_content` goes back; an empty one where there was none",
        "reasoning::deepseek_gets_its_reasoning_back_and_an_empty_one_where_there_is_none",
        "reasoning::deepseek_gets_an_empty_reasoning_for_what_another_model_said",
    ),
    fact(
        14,
        "Kimi, MiniMax and others get worse in tool loops: their reasoning is dropped",
        "it goes back under the field it came in",
        "reasoning::reasoning_goes_back_under_the_field_it_came_in",
        "reasoning::details_of_reasoning_are_joined_and_go_back_once_in_their_order",
    ),
    fact(
        15,
        "Gemini 3: 400 for a missing signature",
        "each goes back on its call; Google's stand-in for calls Gemini did not make",
        "reasoning::gemini_gets_each_signature_back_on_the_call_it_came_with",
        "reasoning::gemini_gets_a_stand_in_for_signatures_of_calls_it_did_not_make",
    ),
    fact(
        16,
        "one call becomes many: its id changes with every chunk",
        "fragments belong together by index",
        "calls::one_call_whose_id_changes_in_every_chunk_stays_one",
    ),
    fact(
        17,
        "parallel calls become one: no index, or the same for all",
        "a new id and name after whole arguments is a new call",
        "calls::parallel_calls_without_an_index_of_their_own_stay_apart",
        "calls::parallel_calls_without_ids_get_some",
    ),
    fact(
        18,
        "a tool runs twice: blanks follow its whole arguments",
        "calls run when the answer is complete",
        "calls::blanks_after_whole_arguments_do_not_run_the_tool_twice",
    ),
    fact(
        19,
        "arguments are null, an object, or broken JSON",
        "an object is taken; what cannot be read is told to the model",
        "calls::arguments_that_are_an_object_are_understood",
        "calls::ruined_arguments_are_told_to_the_model_and_the_turn_goes_on",
        "calls::a_name_that_is_repeated_in_every_chunk_is_not_added_up",
    ),
    fact(
        20,
        "a local Qwen calls without arguments after some turns",
        "its template is told to keep its thinking",
        "reasoning::a_local_qwen_keeps_its_thinking_over_the_turns",
    ),
    fact(
        21,
        "the agent stops after it announced a call: the finish reason says `stop`",
        "calls count, whatever the reason says",
        "calls::a_call_counts_whatever_the_finish_reason_says",
        "calls::a_finish_reason_of_calls_without_any_is_an_end",
    ),
    fact(
        22,
        "an unknown finish reason is an error",
        "it is an end",
        "answers::a_finish_reason_nobody_knows_is_an_end",
        "answers::a_stop_reason_nobody_knows_is_an_end_in_messages_too",
    ),
    fact(
        23,
        "half an answer passes for a whole one",
        "without its terminal marker it is discarded and asked for again",
        "answers::a_stream_that_closes_without_its_end_is_not_an_answer",
        "answers::a_cut_answer_is_asked_for_again_and_never_printed",
    ),
    fact(
        24,
        "a proxy adds `[DONE]` to Messages",
        "unknown events are passed over, in all formats",
        "answers::events_of_other_formats_are_passed_over",
    ),
    fact(
        25,
        "no input tokens: a proxy leaves them out, or sends zeros",
        "counts are merged, and zeros never win",
        "answers::counts_of_messages_are_merged_and_zeros_never_win",
    ),
    fact(
        26,
        "an overload in mid stream is final: the status was 200",
        "it is told by its type or code, and asked again",
        "refusals::an_overload_in_mid_stream_is_asked_again_although_the_status_was_200",
    ),
    fact(
        27,
        "a 429 compacts the conversation: it says too many tokens",
        "a rate limit is told from a full context first",
        "refusals::too_many_tokens_a_minute_is_no_conversation_that_is_too_long",
        "refusals::after_a_rate_limit_the_same_request_is_sent_again",
    ),
    fact(
        28,
        "endless retries with an empty account",
        "quota and credit end it at once",
        "refusals::an_empty_account_is_not_waited_for",
    ),
    fact(
        29,
        "a session is stuck after a large picture: 413",
        "told as too large; old images are dropped",
        "refusals::a_request_that_is_too_large_is_told_from_one_that_is_too_long",
        "refusals::a_session_goes_on_after_a_picture_that_was_too_large",
    ),
    fact(
        30,
        "400 for `tools: []`",
        "without tools there is no such field",
        "fields::no_tools_are_no_field_instead_of_an_empty_one",
    ),
    fact(
        31,
        "400 or 500 for a schema without types, with references or constants",
        "our schemas use what every server compiles; others are made plain where a row says so",
        "fields::the_schemas_of_tools_are_ones_that_every_server_compiles",
        "fields::a_rich_schema_is_made_plain_where_the_row_says_so",
        "fields::references_in_a_schema_are_put_in_their_place",
        "fields::a_schema_that_does_not_compile_is_told_in_the_servers_words",
    ),
    fact(
        32,
        "400 for `strict`, `store`, `parallel_tool_calls`",
        "nothing optional is sent unasked; what is refused by name is left out",
        "fields::nothing_optional_is_sent_unasked",
        "fields::a_refused_optional_field_is_left_out_and_that_is_remembered",
        "fields::a_field_that_is_not_ours_to_drop_is_left_to_the_person",
    ),
    fact(
        33,
        "the model prints `[{'type':'text'…`",
        "its own words go back as a string",
        "fields::the_models_own_words_go_back_as_a_string_even_if_they_came_as_a_list",
    ),
    fact(
        34,
        "400 for blank text",
        "none is sent; content is null beside calls alone",
        "fields::no_text_is_sent_empty",
    ),
    fact(
        35,
        "400 for a signature after a switch, each time",
        "state goes to its origin only; refused there too, it is left out",
        "reasoning::a_signature_goes_to_its_maker_and_to_no_other_model",
        "reasoning::a_session_goes_on_after_its_signature_was_refused",
        "reasoning::no_state_of_a_host_reaches_another_and_the_rest_is_valid",
    ),
    fact(
        36,
        "400 for reasoning without what followed it, or a call without its reasoning",
        "aborted messages lose both; ids of items are not sent",
        "reasoning::items_go_back_without_ids_and_sealed_reasoning_with_what_followed_it",
        "reasoning::reasoning_of_an_aborted_message_is_left_out",
    ),
    fact(
        37,
        "400 for the id of a call: too long, wrong letters, not nine of them",
        "ids are rewritten, at call and result alike",
        "ids::ids_of_calls_become_ones_the_host_takes",
    ),
    fact(
        38,
        "a local model forgets the task: its server cuts the prompt in silence",
        "the window is asked for, and told where it is small",
        "refusals::a_window_too_small_to_work_in_is_told_before_it_shows",
    ),
    fact(
        39,
        "nothing is read from the cache",
        "a prefix without time or place, in one order; the session is named where that helps",
        "refusals::two_runs_begin_with_the_same_bytes",
        "refusals::arguments_keep_the_order_they_were_written_in",
        "refusals::a_session_says_where_its_cache_is",
        "wire/prefix::thirty_turns_only_ever_append",
    ),
    fact(
        40,
        "a wrong bill: cached or reasoning tokens are counted twice",
        "every token once, by what each host means",
        "answers::every_token_is_counted_once",
    ),
    fact(
        "+1",
        "waiting for ever on a silent server",
        "given up after `idleTimeout`; told before that",
        "refusals::a_server_that_stays_silent_is_given_up",
        "refusals::how_long_silence_is_borne_is_a_setting",
    ),
    fact(
        "+2",
        "Ollama: the model does not support tools",
        "the model is named, and another one suggested",
        "refusals::a_model_without_tools_is_named_and_another_suggested",
    ),
    fact(
        "+3",
        "images in results are lost, or printed as text",
        "native parts; in Chat one message after all results",
        "calls::images_in_results_arrive_as_images_after_all_results",
    ),
    fact(
        "+4",
        "keys of the environment go to third parties",
        "only the entry's own key is sent",
        "refusals::keys_that_lie_about_in_the_environment_are_sent_to_nobody",
    ),
    fact(
        "+5",
        "thinking cannot be turned on or off",
        "each family's own parameter",
        "reasoning::thinking_is_turned_on_and_off_in_the_words_of_the_family",
    ),
    fact(
        "+6",
        "Groq: `tool_use_failed` ends the turn",
        "the model is asked again",
        "calls::a_call_that_groq_could_not_read_is_asked_for_once_more",
    ),
    fact(
        "+7",
        "`<think>` leaks into answers",
        "tags at the very start are reasoning, however they are cut",
        "answers::thinking_in_tags_at_the_start_is_not_a_part_of_the_answer",
        "answers::tags_later_in_an_answer_are_words_like_any_other",
    ),
    fact(
        "+8",
        "half characters or NUL in a tool's output: 400 for ever",
        "they are replaced",
        "calls::half_characters_and_nul_in_a_tools_output_do_not_break_the_request",
        "calls::a_command_that_prints_nul_and_broken_utf8_does_not_end_the_session",
    ),
    fact(
        "+9",
        "an id is there twice after a switch",
        "ids of messages are not sent, those of calls are made unique",
        "reasoning::after_a_switch_no_id_is_there_twice",
    ),
    fact(
        "+10",
        "Mistral: 400 for a user's message right after a result",
        "a word of the model stands between, and results say the tool's name",
        "fields::mistral_gets_a_word_of_the_model_between_a_result_and_the_user",
    ),
    fact(
        "+11",
        "a local model prints its call as text",
        "read as a call where its profile says so, and only there",
        "calls::a_call_that_a_local_model_wrote_as_text_is_run_where_its_profile_says_so",
        "calls::where_no_profile_says_so_a_call_in_text_is_text",
    ),
)
