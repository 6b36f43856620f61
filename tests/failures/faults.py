"""Faults of the line, and switches of the model: what ownkey does, and the tests that prove it."""

from __future__ import annotations

from tests.failures.facts import fact

FAULTS = (
    fact(
        "F1",
        "429, with a wish in seconds, as a date, in ms; absurd, negative",
        "kept up to a minute, else told at once; nonsense is our own wait",
        "wire/client::the_wish_to_be_left_alone_arrives",
        "faults::an_absurd_wish_to_be_left_alone_is_told_and_not_waited_for",
        "faults::a_senseless_wish_is_answered_with_our_own_wait",
    ),
    fact(
        "F2",
        "529; pages as 503 and 200; 407, 421, 451",
        "each has a name, and one thing to do",
        "faults::every_status_has_a_name_and_a_way_out",
        "wire/client::a_refusal_is_explained",
    ),
    fact(
        "F3",
        "a reset before and within headers, events, characters, JSON",
        "a broken stream: asked again",
        "wire/client::a_broken_answer_is_explained",
        "e2e/exec::a_half_answer_is_never_printed",
    ),
    fact(
        "F4",
        "a stall in each phase, without FIN",
        "given up after the idle time",
        "wire/client::a_broken_answer_is_explained",
        "wire/client::what_comes_after_the_end_marker_does_no_harm",
    ),
    fact(
        "F5",
        "FIN without the terminal marker",
        "no answer: asked again",
        "answers::a_stream_that_closes_without_its_end_is_not_an_answer",
        "answers::a_cut_answer_is_asked_for_again_and_never_printed",
    ),
    fact(
        "F6",
        "wrong chunks, wrong content-length",
        "a broken stream",
        "wire/client::a_broken_answer_is_explained",
        "faults::a_length_that_is_too_short_cuts_the_answer_and_that_is_seen",
    ),
    fact(
        "F7",
        "compression that is cut or not what it says",
        "none is asked for; what cannot be read is named",
        "wire/client::a_gzipped_answer_is_read",
        "wire/client::a_broken_answer_is_explained",
        "faults::compression_nobody_asked_for_is_named_where_it_cannot_be_read",
    ),
    fact(
        "F8",
        "invalid UTF-8; characters cut anywhere",
        "the former is shown as such, the latter whole",
        "faults::bytes_that_are_no_utf8_are_seen_as_such_and_the_rest_is_kept",
        "faults::an_answer_may_come_byte_by_byte",
        "wire/sse::no_cut_of_any_stream_makes_a_difference",
    ),
    fact(
        "F9",
        "events framed in every way that is allowed, and some that are not",
        "read",
        "faults::events_are_read_however_they_are_framed",
        "wire/sse::a_stream_decodes_however_it_is_cut_in_three",
    ),
    fact(
        "F10",
        "one line of 16 MB",
        "refused beyond that; a long stream is not",
        "wire/sse::an_event_beyond_sixteen_megabytes_is_refused",
        "wire/sse::a_stream_beyond_sixteen_megabytes_is_not",
        "wire/client::a_broken_answer_is_explained",
    ),
    fact(
        "F11",
        "events doubled, out of order, interleaved, of unknown items",
        "each item gets its own",
        "faults::blocks_of_messages_may_interleave_and_unknown_ones_are_skipped",
        "faults::items_of_responses_may_interleave_and_repeat",
        "faults::calls_of_chat_may_come_out_of_order_and_the_end_twice",
    ),
    fact(
        "F12",
        "pings and nothing else",
        "a broken stream",
        "faults::pings_alone_are_no_answer",
    ),
    fact(
        "F13",
        "an error in mid stream",
        "told by its type, code or words",
        "refusals::an_overload_in_mid_stream_is_asked_again_although_the_status_was_200",
        "wire/client::an_error_in_the_stream_is_placed",
    ),
    fact(
        "F14",
        "usage that is missing, null, late, said twice",
        "counted once, or as nothing",
        "faults::an_answer_without_counts_is_an_answer",
        "answers::usage_is_found_wherever_it_stands",
        "answers::counts_of_messages_are_merged_and_zeros_never_win",
    ),
    fact(
        "F15",
        "unknown finish reasons",
        "an end",
        "answers::a_finish_reason_nobody_knows_is_an_end",
        "answers::a_stop_reason_nobody_knows_is_an_end_in_messages_too",
    ),
    fact(
        "F16",
        "JSON in one piece for an answer that was to be a stream",
        "named as that, and asked for once",
        "faults::an_answer_in_one_piece_is_named_as_that_and_asked_for_once",
        "wire/client::a_stream_under_a_wrong_label_is_read",
    ),
    fact(
        "F17",
        "calls in every disguise",
        "16 to 19 and 21 above",
        "calls::one_call_whose_id_changes_in_every_chunk_stays_one",
        "calls::parallel_calls_without_an_index_of_their_own_stay_apart",
        "calls::ruined_arguments_are_told_to_the_model_and_the_turn_goes_on",
    ),
)

SWITCHES = (
    fact(
        "S1",
        "a conversation of one model goes on with another, and back",
        "the other is sent no state of the first; the first gets its own back",
        "switching::it_goes_on_with_another_model_and_back_again",
    ),
    fact(
        "S2",
        "a failover in the middle of a turn",
        "the other model takes the next step",
        "switching::it_goes_on_within_the_turn",
    ),
    fact(
        "S3",
        "images, and a model that takes text only",
        "words in their place, and a word to the person",
        "switching::a_model_that_takes_text_only_reads_where_an_image_was",
    ),
)
