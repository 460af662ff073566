using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Fuzz.Requests;
using ECommerce.Fuzz.Wire;

namespace ECommerce.Fuzz.Judging;

/// <param name="Rule">Its name, as docs/fuzzing.md lists it.</param>
/// <param name="What">What was seen instead.</param>
internal sealed record Breach(string Rule, string What);

/// <summary>What holds for every answer, whatever was asked.</summary>
/// <param name="description">What the shop says of itself.</param>
/// <param name="statuses">Its catalogue of refusals: the status of each code.</param>
internal sealed partial class Rules(Description description, IReadOnlyDictionary<string, int> statuses)
{
    private readonly Conformity _conformity = new(description);

    public IReadOnlyList<Breach> Look(Draft draft, Answer answer)
    {
        var breaches = new List<Breach>();
        void Break(string rule, string what) => breaches.Add(new(rule, what));

        if (answer.Failure is { } failure)
        {
            // Whoever is no HTTP or hangs up is owed no answer; nobody is left hanging.
            if (failure == "hung" || !(draft.MayBeNoHttp || draft.HalfClose))
                Break("answered", failure);
            return breaches;
        }

        if (draft.MayBeNoHttp && answer.IsBareRefusal)
            return breaches;

        if (answer.Header("X-Trace-Id") is not { } trace || !TraceId().IsMatch(trace) || answer.Header("X-Request-Id") is not { Length: > 0 and <= 128 })
            Break("named", $"X-Trace-Id '{answer.Header("X-Trace-Id")}', X-Request-Id '{answer.Header("X-Request-Id")}'");
        if (answer.Header("X-Content-Type-Options") != "nosniff")
            Break("guarded", $"{answer.Status} without X-Content-Type-Options");
        if (answer.Status >= 500 && !(answer.Status == 503 && answer.Header("Retry-After") is not null && answer.Code == "dependency_unavailable"))
            Break("no 5xx", $"{answer.Status} {answer.Code}");
        if (answer.Status >= 400 && draft.Method != "HEAD")
            LookAtRefusal(draft, answer, Break);
        if (draft.IsForOperation)
            LookAtDeclaration(draft, answer, Break);
        LookForSecrets(draft, answer, Break);
        return breaches;
    }

    private void LookAtRefusal(Draft draft, Answer answer, Action<string, string> fail)
    {
        if (answer.MediaType != "application/problem+json" || answer.Json is not { ValueKind: JsonValueKind.Object } problem)
        {
            fail("problem document", $"{answer.Status} as '{answer.Header("Content-Type")}', {answer.Body.Length} bytes");
            return;
        }

        string? Of(string member) => problem.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        if (answer.Code is not { } code || !statuses.TryGetValue(code, out var status))
        {
            fail("known code", $"{answer.Status} '{answer.Code}'");
            return;
        }

        if (status != answer.Status || !problem.TryGetProperty("status", out var said) || said.ValueKind is not JsonValueKind.Number
            || !said.TryGetInt32(out var number) || number != answer.Status)
            fail("status of the code", $"{code} is {status}, answered as {answer.Status}, and the document says {(problem.TryGetProperty("status", out var written) ? written.GetRawText() : "nothing")}");
        if (Of("type") != $"/problems/{code}" || Of("title") is not { Length: > 0 } || Of("detail") is not { Length: > 0 } || !IsPath(draft, Of("instance")) || Of("traceId") != answer.Header("X-Trace-Id"))
            fail("members of the problem", $"{code}: type '{Of("type")}', instance '{Of("instance")}', traceId '{Of("traceId")}'");
        string[] headers = answer.Status switch { 401 => ["WWW-Authenticate"], 405 => ["Allow"], 429 or 503 => ["Retry-After"], _ => [] };
        foreach (var header in headers.Where(header => answer.Header(header) is null))
            fail("headers of the refusal", $"{answer.Status} without {header}");
    }

    // What is asked of no path, such as OPTIONS *, has none.
    private static bool IsPath(Draft draft, string? instance) => instance is ['/', ..] || (instance is "" && draft.MayBeNoHttp);

    private void LookAtDeclaration(Draft draft, Answer answer, Action<string, string> fail)
    {
        if (!draft.Operation.Answers.TryGetValue(answer.Status, out var media))
        {
            fail("declared", $"{answer.Status} {answer.Code} is not in the description");
            return;
        }

        if (media.Count == 0)
        {
            if (answer.Body.Length > 0)
                fail("declared", $"{answer.Status} has a body, the description none");
            return;
        }

        if (answer.MediaType is not { } type || !media.TryGetValue(type, out var schema))
            fail("declared", $"{answer.Status} as '{answer.MediaType}'");
        else if (type.EndsWith("json", StringComparison.Ordinal) && (answer.Json is not { } json ? "it is no JSON" : _conformity.Wrong(schema, json)) is { } wrong)
            fail("conforms", $"{answer.Status}: {wrong}");
    }

    private static void LookForSecrets(Draft draft, Answer answer, Action<string, string> fail)
    {
        if (answer.Header(Markers.InjectedHeader) is not null)
            fail("no injected header", "a header that the request had planted");
        var text = answer.Text;
        if (text.Contains(Markers.Secret, StringComparison.Ordinal))
            fail("no secret", "a password is in the answer");
        if ((answer.Status >= 400 || !draft.IsForOperators) && Innards().Match(text) is { Success: true } innards)
            fail("no innards", innards.Value);
    }

    [GeneratedRegex("^[0-9a-f]{32}$")]
    private static partial Regex TraceId();

    [GeneratedRegex(@"   at [A-Za-z_.`<>]+\(|[A-Za-z.]+Exception\b|\bNpgsql|\bECommerce\.|\bSystem\.[A-Z]|SQLSTATE|\b(Host|Server|Data Source)=[^ ]+;|\b(SELECT|INSERT INTO|UPDATE|DELETE FROM) (.* )?(users|products|orders)\.[a-z_]+")]
    private static partial Regex Innards();
}
