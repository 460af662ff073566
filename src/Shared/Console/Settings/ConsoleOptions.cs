using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Console.Settings;

/// <summary>The settings of the console that an operator may change (section <c>Console</c>).</summary>
public sealed class ConsoleOptions
{
    public const string Section = "Console";

    [Description("Whether this host has a console. Without one nothing is kept, sampled or served.")]
    public bool Enabled { get; set; } = true;

    [Description("The memory for kept spans, in bytes, the index included. The oldest spans are removed first, in segments of 256 KB.")]
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int SpanBytes { get; set; } = 32 * 1024 * 1024;

    [Description("The memory for kept log records, in bytes, the index included. The oldest records are removed first, in segments of 256 KB.")]
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int LogBytes { get; set; } = 16 * 1024 * 1024;

    [Description("The memory for samples of metrics, in bytes, with their series: one a second for 15 minutes, and one in 15 seconds for a day. The oldest samples are removed first; then new series are refused.")]
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int MetricBytes { get; set; } = 16 * 1024 * 1024;

    [Description("The limit on the series of metrics of which the console keeps samples. Further series are not kept, and counted.")]
    [Range(100, 1_000_000)]
    public int MetricSeries { get; set; } = 10_000;

    [Description("The interval at which the console evaluates the alerting rules itself.")]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RuleInterval { get; set; } = TimeSpan.FromSeconds(15);

    [Description("The address of a Prometheus that evaluates the same rules, such as `http://127.0.0.1:9090`. While it answers, the console shows its alerts and its answers to the runbooks' queries; otherwise the console evaluates them itself. Empty: no Prometheus is asked.")]
    [RegularExpression("^(https?://[^ ]{1,200})?$", ErrorMessage = "Must be an http or https address.")]
    public string Prometheus { get; set; } = "";

    [Description("The capacity of the queue of ended spans in front of the store, rounded up to a power of two. While the queue is full, spans are not kept by the console, and counted.")]
    [Range(256, 1024 * 1024)]
    public int QueuedSpans { get; set; } = 8192;

    [Description("The capacity of the queue of log lines in front of the store, in bytes, rounded up to a power of two. While the queue is full, lines are not kept by the console, and counted.")]
    [Range(256 * 1024, 64 * 1024 * 1024)]
    public int QueuedLogBytes { get; set; } = 1024 * 1024;

    [Description("How many searches run at the same time; further ones wait. A search reads every kept record at worst, on one processor.")]
    [Range(1, 64)]
    public int Searches { get; set; } = 2;

    [Description("The limit on the size of one answer of the console's API, in bytes. An answer that reaches it says so and holds a cursor for the rest.")]
    [Range(16 * 1024, 64 * 1024 * 1024)]
    public int AnswerBytes { get; set; } = 1024 * 1024;

    [Description("The limit on simultaneous answers with `follow=true`; a further one is refused with 503.")]
    [Range(1, 100)]
    public int Followers { get; set; } = 8;

    [Description("The interval after which an answer with `follow=true` that has nothing to say sends an empty line, so that both sides notice a broken connection.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    [Description("The memory for imported sessions, in bytes, and the limit on the size of an imported zip. An import removes the oldest sessions first.")]
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int ImportBytes { get; set; } = 96 * 1024 * 1024;

    [Description("The addresses of the management listeners of the other hosts of the same shop, separated by commas, each with its name in front of it when it has one: `orders=http://10.0.0.7:5081`. The console asks them for its pages, and for `hosts=all` in its API. Empty: there are none.")]
    public string Hosts { get; set; } = "";

    [Description("A key of those hosts. The one for reading, `Console__ReadKey`, is enough.")]
    [PasswordPropertyText(true)]
    public string HostsKey { get; set; } = "";

    [Description("The time within which another host has to answer. A host that does not is named in the answer.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan HostsTimeout { get; set; } = TimeSpan.FromSeconds(1);

    [Description("The key that opens the console for an operator, in a host without a key of its own. This is not for the shop, whose console `Management__Key` opens.")]
    [MinLength(16, ErrorMessage = "must have at least 16 characters")]
    [PasswordPropertyText(true)]
    public string? Key { get; set; }

    [Description("A second key, which opens the console and its API for reading only. Without a value there is none.")]
    [MinLength(16, ErrorMessage = "must have at least 16 characters")]
    [PasswordPropertyText(true)]
    public string? ReadKey { get; set; }
}
