using System.Text.Json;
using ECommerce.Traffic;

namespace ECommerce.Siege;

/// <summary>What a siege has measured. As JSON it has these members, in camelCase; times are in milliseconds where nothing else is said.</summary>
/// <param name="Host">The path of the besieged build.</param>
/// <param name="Rate">Visits of honest customers per second.</param>
internal sealed record Report(int Seed, DateTimeOffset StartedAt, double Seconds, string Host, double Rate, IReadOnlyList<AttackFigures> Attacks)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public IReadOnlyList<Goal> Goals => [.. Attacks.SelectMany(attack => attack.Goals)];

    public Task WriteAsync(FileInfo file) => File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(this, Json));
}

/// <param name="Aim">The kind of honest request that the attack aims at; null for none.</param>
/// <param name="Seconds">Until the last honest customer had an answer.</param>
internal sealed record AttackFigures(
    string Name, string Does, string? Aim, double AimShare, double Seconds, HonestFigures Honest, AttackerFigures Attacker, HostFigures Host)
{
    public IReadOnlyList<Goal> Goals => [.. GoalsOf()];

    private IEnumerable<Goal> GoalsOf()
    {
        yield return new($"{Name}: share of honest requests served within a second", Goal.Served, Honest.Share, Honest.Share >= Goal.Served);
        yield return new($"{Name}: peak of the host's memory in MB", Goal.Megabytes, Host.MemoryPeak, Host.MemoryPeak < Goal.Megabytes);
        if (Aim is not null)
        {
            // Where nothing was measured nothing is proved.
            var share = Honest.Kinds.FirstOrDefault(kind => kind.Name == Aim)?.Share ?? 0;
            yield return new($"{Name}: share of {Aim} served within a second", AimShare, share, share >= AimShare);
        }
    }
}

/// <param name="Limit">The least share, or the most megabytes.</param>
internal sealed record Goal(string Name, double Limit, double Measured, bool Met)
{
    public const double Served = 0.99;
    public const double Megabytes = 300;
}

/// <param name="Answers">Honest requests by status; 0 for those without an answer.</param>
internal sealed record HonestFigures(IReadOnlyList<KindFigures> Kinds, IReadOnlyDictionary<int, long> Answers)
{
    public long Requests => Kinds.Sum(kind => kind.Requests);

    public long Served => Kinds.Sum(kind => kind.Served);

    public double Share => Requests == 0 ? 0 : (double)Served / Requests;
}

/// <param name="Served">Succeeded within a second of the intended start.</param>
/// <param name="Latency">Of all requests, refused ones included.</param>
/// <param name="Refusals">By status and code; without a status for those that had no answer.</param>
internal sealed record KindFigures(string Name, long Requests, long Served, Latency Latency, IReadOnlyDictionary<string, long> Refusals)
{
    public double Share => Requests == 0 ? 0 : (double)Served / Requests;
}

/// <param name="Requests">Requests that were begun.</param>
/// <param name="Answers">Answers that were begun, by status.</param>
/// <param name="RefusedConnections">Connections that the listener did not take.</param>
/// <param name="BytesReceived">Of connections that were read byte by byte; whole requests of the attack are not in it.</param>
/// <param name="Notes">Figures that only this attack has.</param>
internal sealed record AttackerFigures(
    long Requests, IReadOnlyDictionary<int, long> Answers, long Connections, long RefusedConnections, long BytesSent, long BytesReceived,
    IReadOnlyDictionary<string, double> Notes);

/// <param name="MemoryBefore">Resident memory before the attack, in MB.</param>
/// <param name="MemoryPeak">The largest of the samples during the attack, one each 50 ms, in MB.</param>
/// <param name="Cpu">Processors in use by the host's process, on average.</param>
/// <param name="Probes">Questions to <c>/health/ready</c>.</param>
/// <param name="NotReady">Probes that were not answered 200 within a second.</param>
/// <param name="LogBytesPerSecond">Written to stdout.</param>
/// <param name="Counted">The growth of <c>http_requests_total</c>, by status.</param>
internal sealed record HostFigures(
    double MemoryBefore, double MemoryPeak, double Cpu, int Probes, int NotReady, double LogBytesPerSecond, IReadOnlyDictionary<int, long> Counted);
