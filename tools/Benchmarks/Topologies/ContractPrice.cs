using System.Diagnostics;
using System.Globalization;
using Dapper;
using ECommerce.Testing;
using ECommerce.Users.Contracts;
using MediatR;
using Npgsql;
using Observability.Logging;

namespace ECommerce.Benchmarks.Topologies;

/// <summary>
/// The price of one call between modules: the query <c>FindUser</c> of Users, sent in a loop by a host inside this process, once to the
/// module in the same process and once to another host. The difference is what the way costs: token, two JSON documents, HTTP, the
/// resilience pipeline, and the telemetry of both sides.
/// </summary>
internal static class ContractPrice
{
    private const int WarmUpCalls = 5000;

    public static async Task MeasureAsync(TopologyShop monolith, IReadOnlyList<TopologyShop> services, DirectoryInfo folder, Bench bench)
    {
        bench.Progress.Say($"The price of a call: a host in this process calls Users.");
        List<Caller> callers = [];
        try
        {
            callers.Add(await Caller.StartAsync("in process", monolith, folder, bench, ("Modules:Hosted", "")));
            foreach (var shop in services)
            {
                callers.Add(await Caller.StartAsync($"to another host{(shop.Name == "services" ? "" : ", before")}", shop, folder, bench,
                    [.. shop.Membership.Where(setting => setting.Name != "Modules__orders__Address"), ("Modules__Hosted", "orders")]));
            }

            foreach (var caller in callers)
                await caller.CallAsync(calls => calls < WarmUpCalls, bench.Closing);
            for (var round = 0; round < bench.Settings.Rounds; round++)
            {
                foreach (var caller in callers)
                {
                    bench.Progress.Now($"call: round {round + 1} of {bench.Settings.Rounds}, {caller.Name}.");
                    var started = Stopwatch.GetTimestamp();
                    caller.Rounds.Add(await caller.CallAsync(_ => Stopwatch.GetElapsedTime(started).TotalSeconds < bench.Settings.Seconds, bench.Closing));
                }
            }
        }
        finally
        {
            foreach (var caller in callers)
                await caller.DisposeAsync();
        }

        bench.Progress.Close();
        foreach (var line in Report(callers))
            Console.WriteLine(line);
    }

    private static IEnumerable<string> Report(IReadOnlyList<Caller> callers)
    {
        yield return "";
        yield return $"{"call of FindUser, one after the other",-38} p50 µs  p99 µs  CPU µs: caller  called  both, more than in process (rounds)";
        foreach (var caller in callers)
        {
            double[] more = [.. caller.Rounds.Zip(callers[0].Rounds, (own, bare) => own.Both - bare.Both).Order()];
            yield return string.Create(CultureInfo.InvariantCulture,
                $"  {caller.Name,-36} {Median(caller, round => round.P50),6:0}  {Median(caller, round => round.P99),6:0}  {Median(caller, round => round.Caller),14:0}  {Median(caller, round => round.Called),6:0}  {Median(caller, round => round.Both),4:0}, {Tournament.Median(more, it => it):0} ({more[0]:0}–{more[^1]:0})");
        }
    }

    private static double Median(Caller caller, Func<Calls, double> figure) => Tournament.Median(caller.Rounds, figure);

    /// <summary>One round of calls; times in µs.</summary>
    private sealed record Calls(double P50, double P99, double Caller, double Called)
    {
        public double Both => Caller + Called;
    }

    /// <summary>A host in this process that sends the query to its mediator, as a slice does.</summary>
    private sealed class Caller(string name, TopologyShop shop, InProcessHost host, Guid user, bool isRemote) : IAsyncDisposable
    {
        public string Name => name;

        public List<Calls> Rounds { get; } = [];

        /// <param name="name">What it is called in the report.</param>
        /// <param name="shop">The shop whose database and other hosts it uses.</param>
        /// <param name="folder">For its data.</param>
        /// <param name="bench">The run.</param>
        /// <param name="settings">The settings that distinguish it, as variables or keys.</param>
        public static async Task<Caller> StartAsync(string name, TopologyShop shop, DirectoryInfo folder, Bench bench, params (string Name, string Value)[] settings)
        {
            await using var connection = new NpgsqlConnection(shop.ConnectionString);
            var user = await connection.ExecuteScalarAsync<Guid>(new CommandDefinition("SELECT id FROM users.users ORDER BY created_at DESC LIMIT 1", cancellationToken: bench.Closing));
            var all = new Dictionary<string, string?>
            {
                ["environment"] = "Development",
                ["ConnectionStrings:ECommerce"] = shop.ConnectionString,
                ["Data:Directory"] = folder.CreateSubdirectory($"caller-{Guid.NewGuid():N}").FullName,
                ["Endpoints:Public"] = "http://127.0.0.1:0",
                ["Endpoints:Management"] = "http://127.0.0.1:0",
                ["Endpoints:Internal"] = "http://127.0.0.1:0",
                ["Management:Key"] = "a benchmark's management key",
                ["Shop:DemoData"] = "false",
            };
            foreach (var (setting, value) in settings)
                all[setting.Replace("__", ":", StringComparison.Ordinal)] = value;
            var host = await InProcessHost.StartAsync(all, services => services.AddSingleton(new LogOutput(Stream.Null)));
            return new(name, shop, host, user, shop.Membership.Count > 0);
        }

        /// <summary>Calls, one call after the other.</summary>
        public async Task<Calls> CallAsync(Func<int, bool> goesOn, CancellationToken ct)
        {
            List<double> latencies = [];
            var (caller, called) = (Environment.CpuUsage.TotalTime, Called());
            while (goesOn(latencies.Count))
            {
                var started = Stopwatch.GetTimestamp();
                await using (var scope = host.Services.CreateAsyncScope())
                {
                    var found = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FindUser(user), ct);
                    if (found.Error is { } error)
                        throw new BenchmarkException($"{name}: FindUser was refused with {error.Code}.");
                }

                latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            var (callerCpu, calledCpu) = (Environment.CpuUsage.TotalTime - caller, Called() - called);
            var sorted = new Latencies([.. latencies.Order()], 0);
            return new(sorted.At(0.5) * 1000, sorted.At(0.99) * 1000, callerCpu.TotalMicroseconds / latencies.Count, calledCpu.TotalMicroseconds / latencies.Count);
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();

        private TimeSpan Called() => isRemote ? shop.CpuOf("users") : TimeSpan.Zero;
    }
}
