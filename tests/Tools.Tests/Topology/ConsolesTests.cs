using ECommerce.Topologies;

namespace ECommerce.Tools.Tests.Topology;

/// <summary>What the runner tells the console of each host.</summary>
public sealed class ConsolesTests
{
    [Fact]
    public void Each_console_knows_the_others_by_name_and_a_key_of_all_of_them()
    {
        var folder = Directory.CreateTempSubdirectory(); // the hosts' process ids have a folder in it
        var settings = new RunSettings(Hosts: 3, 7080, folder.FullName);

        var hosts = Consoles.Connect([.. Replicas.Addresses(settings).Select(host => Replicas.Host(host, settings, database: ""))]);
        folder.Delete(recursive: true);

        hosts.Select(host => Of(host, "Console__Hosts")).ShouldBe(
        [
            "host-2=http://127.0.0.1:7281,host-3=http://127.0.0.1:7381",
            "host-1=http://127.0.0.1:7181,host-3=http://127.0.0.1:7381",
            "host-1=http://127.0.0.1:7181,host-2=http://127.0.0.1:7281",
        ]);
        var key = hosts.SelectMany(host => new[] { Of(host, "Console__ReadKey"), Of(host, "Console__HostsKey") }).Distinct().ShouldHaveSingleItem();
        key.Length.ShouldBe(32);
    }

    private static string Of(Part host, string variable) => host.Environment.Last(one => one.Name == variable).Value.ShouldNotBeNull();
}
