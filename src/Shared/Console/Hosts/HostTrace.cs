using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Observability.Console.Otlp;
using Observability.Console.Settings;
using Observability.Console.Storage;
using Observability.Context;

namespace Observability.Console.Hosts;

/// <summary>The spans and log records of one trace that all hosts have.</summary>
/// <param name="Spans">The spans, each with its host; null when no other host has any.</param>
/// <param name="Logs">The log records, each with its host.</param>
/// <param name="Answers">The answers of the other hosts.</param>
/// <param name="IsCut">Whether something was left out.</param>
internal sealed record TraceOfHosts(SegmentStore? Spans, SegmentStore? Logs, IReadOnlyList<HostAnswer> Answers, bool IsCut);

/// <summary>Gathers a trace from all hosts into stores of its own.</summary>
internal sealed class HostTrace(SparedHosts hosts, IOptions<ConsoleOptions> options, ServiceInstance instance)
{
    // Of what a host answers; a record takes less room than its JSON.
    private const int AnswersOfBudget = 8;
    private const int MostLines = 1000;

    public async Task<TraceOfHosts> GatherAsync(SegmentStore spans, SegmentStore logs, TraceKey trace, CancellationToken cancellation)
    {
        var asked = hosts.AskAsync($"/traces/{trace}", cancellation);
        var lines = hosts.AskAsync($"/logs?filter=trace:{trace}&limit={MostLines}", cancellation);
        await Task.WhenAll(asked, lines);
        HostAnswer[] answers = [.. (await asked).Zip(await lines, (one, other) => one.Problem is null ? one with { Problem = other.Problem } : one)];
        var budget = (long)options.Value.AnswerBytes * AnswersOfBudget;
        var (allSpans, allLogs) = (new SegmentStore(budget, now: 0), new SegmentStore(budget, now: 0));
        var hasOthers = false;
        foreach (var answer in answers)
            hasOthers |= answer.Body is { } body && HostRecords.AddSpans(allSpans, body, answer.Host.Name);
        if (!hasOthers)
            return new(null, null, answers, IsCut: false);
        foreach (var answer in await lines)
        {
            if (answer.Body is { } body)
                HostRecords.AddLogs(allLogs, body, answer.Host.Name);
        }
        Copy(spans, trace, isOfSpans: true, allSpans, cancellation);
        Copy(logs, trace, isOfSpans: false, allLogs, cancellation);
        return new(allSpans, allLogs, answers, allSpans.Evicted > 0 || allLogs.Evicted > 0 || answers.Concat(await lines).Any(HostRecords.IsCut));
    }

    // This host's own part takes the way of the others, in documents of the size of an answer.
    private void Copy(SegmentStore from, TraceKey trace, bool isOfSpans, SegmentStore to, CancellationToken cancellation)
    {
        using var view = from.Read();
        var (body, document) = (new ArrayBufferWriter<byte>(), (OtlpDocument?)null);
        foreach (var segment in view.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!segment.Segment.Traces.MayHold(trace))
                continue;
            for (var i = 0; i < segment.Count; i++)
            {
                if (SpanRecord.TraceOf(segment[i]) != trace)
                    continue;
                document ??= new(body, [], isOfSpans);
                if (isOfSpans)
                    document.Add(new SpanRecord(segment[i]));
                else
                    document.Add(new LogRecord(segment[i]));
                if (document.Length >= options.Value.AnswerBytes)
                    Flush();
            }
        }
        Flush();

        void Flush()
        {
            if (document is null)
                return;
            document.End();
            document.Dispose();
            using var json = JsonDocument.Parse(body.WrittenMemory);
            if (isOfSpans)
                HostRecords.AddSpans(to, json.RootElement, instance.Id);
            else
                HostRecords.AddLogs(to, json.RootElement, instance.Id);
            body.ResetWrittenCount();
            document = null;
        }
    }
}
