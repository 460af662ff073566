using ECommerce.Topologies;

namespace ECommerce.Tools.Tests.Topology;

/// <summary>The configuration of haproxy in the repository, and what the runner makes of it.</summary>
public sealed class HaproxyFileTests
{
    private static readonly Uri Shop = new("http://127.0.0.1:5080");
    private static readonly Uri Statistics = new("http://127.0.0.1:5084");

    [Fact]
    public void The_file_of_the_repository_is_that_of_three_hosts_at_the_usual_addresses() =>
        HaproxyFile.Make(Shop, Statistics, Hosts(3, 5080)).ShouldBe(File.ReadAllText(Path.Combine(Repository.Root, HaproxyFile.Path)));

    [HaproxyTheory]
    [InlineData(1)]
    [InlineData(12)]
    public async Task Haproxy_takes_the_file_of_any_number_of_hosts(int hosts)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, HaproxyFile.Make(new("http://127.0.0.1:7080"), new("http://127.0.0.1:7084"), Hosts(hosts, 7080)));

            var check = await Subprocess.RunAsync(HaproxyFile.Program, "-c", "-f", file);

            check.Code.ShouldBe(0, check.Errors);
            check.Errors.ShouldNotContain("WARNING", Case.Insensitive);
            var text = await File.ReadAllTextAsync(file);
            text.ShouldContain("bind 127.0.0.1:7080");
            text.ShouldContain("bind 127.0.0.1:7084");
            text.Split('\n').Count(line => line.StartsWith("    server ", StringComparison.Ordinal)).ShouldBe(hosts);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [HaproxyTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Haproxy_takes_the_file_with_a_backend_for_each_module(int hostsOfEach)
    {
        var file = Path.GetTempFileName();
        try
        {
            var settings = new RunSettings(Hosts: 0, 7080, Path.GetTempPath());
            var modules = Services.Modules(settings, hostsOfEach);
            await File.WriteAllTextAsync(file, HaproxyFile.MakeByModule(settings.Shop, settings.Statistics, modules));

            var check = await Subprocess.RunAsync(HaproxyFile.Program, "-c", "-f", file);

            check.Code.ShouldBe(0, check.Errors);
            check.Errors.ShouldNotContain("WARNING", Case.Insensitive);
            var text = await File.ReadAllTextAsync(file);
            foreach (var module in modules)
            {
                text.ShouldContain($"backend {module.Module}\n");
                text.Contains($"frontend {module.Module}-calls\n    bind {module.Internal.Authority}\n", StringComparison.Ordinal)
                    .ShouldBe(hostsOfEach > 1, "A single host is called without the balancer.");
            }

            // Each host of several is a server twice: for customers and for calls.
            text.Split('\n').Count(line => line.StartsWith("    server ", StringComparison.Ordinal))
                .ShouldBe(modules.Count * hostsOfEach * (hostsOfEach > 1 ? 2 : 1));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<HostAddresses> Hosts(int count, int port) => Enumerable.Range(1, count).Select(number => HostAddresses.Of(number, port));
}
