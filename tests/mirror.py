"""Where the tests of a module are that has no file of its own name in the mirror of the source.

By suite, and in it by folder. A module that decides nothing (no branch, no loop, nothing awaited) needs no tests.
"""

from collections.abc import Mapping

ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    # Whole processes, and what they leave behind.
    "tests/acceptance": {"bot": "bootstrap", "bot/cli": "run"},
    "tests/bot/cli/test_doctor_resy.py": {"bot/cli": "asking", "platforms/resy": "spec"},
    "tests/bot/cli/test_rekey.py": {"bot": "__main__ store", "core/maintenance": "rekey"},
    "tests/bot/demo/test_evening.py": {"bot/demo": "auto by_hand friend report words"},
    "tests/bot/demo/test_rivals.py": {"bot/demo": "contest"},
    # Dialogues, by what people say and tap and what is then shown; what becomes of a fact on the way there, too.
    "tests/dialogues": {
        "bot": "assembly",
        "bot/conversation": "turn_handler",
        "bot/flows": "flow_kinds registry",
    },
    "tests/dialogues/test_accounts.py": {
        "bot/conversation": "erasure",
        "bot/flows/accounts": "card flow",
        "bot/flows/connect": "account_platforms connected draft flow",
        "bot/flows/trouble": "flow troubled_plan",
    },
    "tests/dialogues/test_drill.py": {"bot/drills": "progress runner", "bot/flows": "drill"},
    "tests/dialogues/test_drop_rules.py": {
        "bot/flows/drop_rule": "flow knowledge",
        "bot/flows/reserve": "forecast",
    },
    "tests/dialogues/test_members.py": {
        "bot/flows/membership": "approval commands decision guest_list join",
        "bot/notifications": "guest_cards guest_news",
        "core/persistence": "guests",
    },
    "tests/dialogues/test_own_things.py": {
        "bot/flows/own_things": "favourites lists settings",
        "core/persistence": "favourites",
    },
    "tests/dialogues/test_plans.py": {
        "bot/flows/plan": "card flow reminder snapshot",
        "bot/notifications": "plan_cards reminders",
        "core/persistence": "plans",
    },
    "tests/dialogues/test_report.py": {"bot/report": "drop_report", "core/persistence": "drops"},
    "tests/dialogues/test_reserve.py": {
        "bot/flows/reserve": "arming confirm day draft flow party seating summary times venue",
    },
    "tests/dialogues/test_sign_in_steps.py": {"bot/flows/connect": "cards steps"},
    "tests/dialogues/test_mandates.py": {
        "bot/flows/mandate": "flow",
        "bot/wording": "mandate",
    },
    "tests/core/plans/test_account_choice.py": {"core/domain": "usual_limit", "core/persistence": "mandates"},
    "tests/dialogues/test_with_accounts.py": {
        "bot/flows/plan": "at_platform lending platform_facts",
        "bot/flows/reserve": "account limit link",
        "core/drops": "terms_seen",
        "core/plans": "read_back terms_acceptance",
    },
    # What is shown and said: every network by one suite, every sentence by another.
    "tests/conformance/frontends": {"bot/conversation": "ports", "core/persistence": "chats"},
    "tests/bot/wording/test_wording.py": {
        "bot/wording": "account_choice accounts common confirm connect drill lists members news outcome plan report"
        " reserve telegram terms trouble",
    },
    "tests/bot/wording/test_drops.py": {"bot/wording": "times"},
    "tests/bot/report/test_picture.py": {
        "bot/report": "canvas lanes scale signs stretches style",
        "bot/wording": "picture",
    },
    "tests/core/jobs/review/test_hindsight.py": {"bot/wording": "lessons", "core/jobs/review": "drop_record"},
    "tests/bot/delivery/test_news_renderer.py": {"bot/delivery": "renderer"},
    "tests/bot/delivery/test_chat_sender.py": {"core/delivery": "dispatcher leased_message settle"},
    "tests/bot/frontends/discord/test_network.py": {
        "bot/frontends/discord": "client connection_state event_handler interaction sender",
    },
    "tests/bot/frontends/telegram/test_frontend.py": {
        "bot/frontends/telegram": "bot connection_state http sender",
    },
    "tests/bot/frontends/web/test_frontend.py": {
        "bot/frontends/web": "chat_room chats event_handler message_body",
    },
    "tests/bot/parsing/test_day.py": {
        "bot/parsing": "day_phrases named_days numeric_dates weekdays written_dates",
    },
    "tests/bot/parsing/test_times.py": {"bot/parsing": "clock clock_items clock_times meals"},
    "tests/bot/parsing/test_party.py": {"bot/parsing": "numbers"},
    "tests/bot/parsing/test_understand.py": {"bot/parsing": "leftover line seating understood"},
    "tests/bot/conversation/test_permissions.py": {"bot/conversation": "flow_spec"},
    # Who may do what, what is kept how, and whatever comes from outside.
    "tests/security/test_rights.py": {"bot/conversation": "turn_permission"},
    "tests/security/test_untrusted_words.py": {"bot/conversation": "sanitize"},
    "tests/security/test_floods.py": {"bot/conversation": "flood_limit"},
    "tests/security/test_codes.py": {"core/persistence": "codes"},
    "tests/security/test_files.py": {"platforms/house/venue_files": "plain_yaml"},
    "tests/security/test_secrets_at_rest.py": {"core/security": "sealed_input", "core/persistence": "inbox"},
    "tests/security/test_web.py": {"bot/frontends/web": "routes"},
    "tests/core/security/test_api_keys.py": {"core/domain": "api_key", "core/persistence": "api_keys"},
    "tests/core/security/test_keys.py": {"core/security": "key_file"},
    # Nothing lost, and once: killed at each step, and races on both databases.
    "tests/faults/test_every_step.py": {"core/persistence": "dialogues"},
    "tests/faults/test_wire.py": {"platforms/house": "platform"},
    "tests/core/accounts/test_keeper.py": {"core/accounts": "expiry opened renewals sealing"},
    "tests/core/drops/test_almanac.py": {"core/persistence": "almanac"},
    "tests/core/drops/words/test_claims.py": {
        "core/drops/words": "clocks cues hours leads months numbers reading sentences zones",
    },
    "tests/core/domain/test_job_state.py": {"core/domain": "state_diagram", "core/jobs": "diagram"},
    "tests/core/domain/test_plan_state.py": {"core/plans": "diagram"},
    "tests/core/domain/test_standing.py": {"core/domain": "derived"},
    "tests/core/jobs/attempt/test_burst.py": {
        "core/jobs": "traffic",
        "core/jobs/attempt": "backoff booking_calls offers poller",
    },
    "tests/core/jobs/attempt/test_pacing.py": {"core/jobs/attempt": "release_odds"},
    "tests/core/jobs/review/test_from_steps.py": {"core/domain": "step", "core/jobs": "steps"},
    "tests/core/jobs/test_drill.py": {"core/jobs/review": "weak_point"},
    "tests/core/jobs/test_kill.py": {"core/jobs": "leased_job", "core/persistence": "job_leases"},
    "tests/core/jobs/test_preflight.py": {"core/domain": "job", "core/jobs/strategies": "at_drop"},
    "tests/core/jobs/test_worker.py": {
        "core/jobs": "brief engine",
        "core/jobs/strategies": "book_now watch",
    },
    "tests/core/persistence/test_database.py": {
        "core/persistence": "database_url open_database postgres_database sqlite_database statements",
    },
    "tests/core/persistence/test_facts.py": {"core/domain": "fact"},
    "tests/core/persistence/test_accounts.py": {"core/persistence": "names"},
    "tests/core/persistence/test_jobs.py": {"core/persistence": "columns leasing steps"},
    "tests/core/persistence/test_outbox.py": {"core/persistence": "outbox_leases"},
    "tests/core/persistence/test_migrations.py": {"core/persistence": "migrate"},
    "tests/core/plans/test_races.py": {"core/plans": "job_store", "core/persistence": "reservations"},
    # Platforms: one suite for all of them, and each one's own.
    "tests/test_adding_a_platform.py": {
        "bot": "platforms",
        "core": "health platform_spec",
        "platforms/house": "own_venues spec",
    },
    "tests/conformance/platforms": {"platforms/resy": "client"},
    "tests/platforms/house/engine/test_races.py": {
        "platforms/house/engine": "booking_request engine occupancy reservations warm_up",
    },
    "tests/platforms/house/engine/test_kept_rules.py": {"platforms/house/engine": "venues"},
    "tests/platforms/house/engine/test_availability.py": {"platforms/house/engine": "rules"},
    "tests/platforms/house/http/test_api.py": {"platforms/house/http": "guard"},
    "tests/platforms/house/http/test_client.py": {"platforms/house/http": "problems translate"},
    "tests/platforms/house/venue_files/test_venue_file.py": {"platforms/house/venue_files": "spelling"},
    "tests/platforms/resy/test_availability.py": {"platforms/resy": "calendar empty_day"},
    "tests/platforms/resy/test_sign_in.py": {"platforms/resy": "account_calls"},
    "tests/platforms/resy/test_translate.py": {
        "platforms/resy": "costs lenient_json time_zones venue_cache",
        "platforms/resy/schemas": "parts",
    },
    "tests/platforms/resy/test_wire.py": {"platforms": "http", "platforms/resy": "overload"},
    # The look-alike, which is itself a double, by what its app answers.
    "tests/platforms/resy/lookalike": {
        "platforms/resy/lookalike": "__main__ accounts answer booking call contest control desk directory drops front"
        " inventory journal latency ledger remote rival scenario server slot_token spoil tickets timetable venue"
        " wishes world",
        "platforms/resy/lookalike/routes": "auth book details favourites find notify places reservations search venues",
        "platforms/resy/lookalike/shapes": "details people reservations slots venues wire",
    },
}
