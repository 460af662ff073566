using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Observability.Console.Alerting;
using Observability.Console.Answering;
using Observability.Console.Limits;
using Observability.Console.PromQl;

namespace Observability.Console.Api;

/// <summary>The endpoints of alerts, and of expressions in PromQL.</summary>
internal sealed class AlertEndpoints(IAlerts alerts, PromQlQuery query, ApiLimits limits)
{
    private const long UsualStep = 15_000;

    public async Task ListAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query);
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else
            await Answers.WriteAsync(context, List(await alerts.ReportAsync(context.RequestAborted)));
    }

    public async Task QueryAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query, "expr", "time", "from", "to", "step");
        var expression = reader.Text("expr");
        if (string.IsNullOrWhiteSpace(expression))
            reader.Refuse("expr", "Must be an expression in PromQL.");
        var isOverTime = reader.Text("from") is not null || reader.Text("to") is not null;
        foreach (var other in isOverTime ? ["time"] : new[] { "step" })
        {
            if (reader.Text(other) is not null)
                reader.Refuse(other, isOverTime ? "Has no meaning beside from and to." : "Belongs to from and to.");
        }
        var now = query.Now;
        var at = Milliseconds(reader, "time", now);
        var (to, step) = (Milliseconds(reader, "to", now), StepOf(reader));
        var from = Milliseconds(reader, "from", to - (60 * 60 * 1000));
        if (isOverTime && from > to)
            reader.Refuse("from", "Must not be after to.");
        else if (isOverTime && (step == 0 || (to - from) / step >= PromQlQuery.MostSteps))
            reader.Refuse("step", $"Must be so long that there are at most {PromQlQuery.MostSteps} steps.");
        if (reader.Error is { } error)
        {
            await Answers.RefuseAsync(context, error.Field, error.Message);
            return;
        }
        try
        {
            var answer = isOverTime
                ? await query.OverAsync(expression!, from, to, step, context.RequestAborted)
                : await query.AtAsync(expression!, at, context.RequestAborted);
            await Answers.WriteAsync(context, BodyOf(answer, at));
        }
        catch (PromQlException e)
        {
            await Answers.RefuseAsync(context, "expr", e.Message);
        }
    }

    // As in Prometheus' API a number alone is in seconds.
    private static long StepOf(QueryReader reader) =>
        reader.Text("step") is { Length: < 10 } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds * 1000L
            : (long)(reader.Span("step")?.TotalMilliseconds ?? UsualStep);

    private static long Milliseconds(QueryReader reader, string name, long otherwise) =>
        reader.Time(name, otherwise * TimeSpan.TicksPerMillisecond) / TimeSpan.TicksPerMillisecond;

    private ArrayBufferWriter<byte> BodyOf(PromQlAnswer answer, long at)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        PromQlText.Write(json, answer, at, limits.AnswerBytes);
        json.Flush();
        return body;
    }

    private static ArrayBufferWriter<byte> List(AlertReport report)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("source"u8, report.Source);
        if (report.Note is { } note)
            json.WriteString("note"u8, note);
        WriteTime(json, "evaluatedAt", report.At);
        WriteTime(json, "knownSince", report.KnownSince);
        json.WriteStartArray("alerts"u8);
        foreach (var alert in report.Alerts)
            WriteAlert(json, alert);
        json.WriteEndArray();
        json.WriteStartArray("budgets"u8);
        foreach (var budget in report.Budgets)
            WriteBudget(json, budget);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private static void WriteAlert(Utf8JsonWriter json, AlertState alert)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, alert.Name);
        json.WriteString("severity"u8, alert.Severity);
        json.WriteString("state"u8, alert.State);
        WriteTime(json, "since", alert.Since);
        json.WriteString("summary"u8, alert.Summary);
        json.WriteString("description"u8, alert.Description);
        if (alert.Runbook is { } runbook)
            json.WriteString("runbook"u8, runbook);
        WriteNumber(json, "value", alert.Value);
        json.WriteString("source"u8, alert.Source);
        if (alert.Note is { } note)
            json.WriteString("note"u8, note);
        json.WriteStartObject("labels"u8);
        foreach (var (label, value) in alert.Labels)
            json.WriteString(label, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteBudget(Utf8JsonWriter json, SloBudget budget)
    {
        json.WriteStartObject();
        json.WriteString("slo"u8, budget.Slo);
        json.WriteString("of"u8, budget.Of);
        json.WriteNumber("objective"u8, budget.Objective);
        WriteNumber(json, "left", budget.Left);
        json.WriteStartObject("burn"u8);
        foreach (var burn in budget.Burns)
            WriteNumber(json, burn.Window, burn.Rate);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
            json.WriteString(name, known);
    }

    // JSON has no infinity.
    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
            json.WriteNumber(name, value);
        else if (number is { } other)
            json.WriteString(name, PromQlText.Number(other));
    }
}
