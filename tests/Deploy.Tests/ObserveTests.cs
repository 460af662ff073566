using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests;

/// <summary><c>make observe</c>: a shop is watched without Docker, until it is not.</summary>
[Trait("Category", "Running")]
public sealed partial class ObserveTests
{
    [Fact]
    public async Task A_running_shop_is_watched_with_the_projects_own_files_until_nobody_watches_any_more()
    {
        await using var shop = await OwnShop.StartAsync();
        var folder = Directory.CreateTempSubdirectory("ec-observe-");
        var (prometheus, alertmanager, sink) = (Loopback.FreeAddress(), Loopback.FreeAddress(), Loopback.FreeAddress());
        Task<string> MakeAsync(string target) => RunAsync(target,
            ("Data__Directory", folder.FullName),
            ("Endpoints__Management", shop.Management.BaseAddress!.ToString()),
            ("PROMETHEUS_ADDRESS", prometheus.Authority),
            ("ALERTMANAGER_ADDRESS", alertmanager.Authority),
            ("ALERT_SINK_ADDRESS", sink.Authority));
        using var client = new HttpClient();
        try
        {
            var said = await MakeAsync("observe");

            said.ShouldContain($"http://{prometheus.Authority}/");
            said.ShouldNotContain("No shop answers");
            var printed = PrintedAddresses(said);
            printed.Count.ShouldBeInRange(6, 7, said); // Debian's way to silence names one more
            foreach (var address in printed)
                (await client.GetAsync(address)).IsSuccessStatusCode.ShouldBeTrue($"{address} is printed and answers {(int)(await client.GetAsync(address)).StatusCode}");
            // Debian's has one page, which says that it has no others.
            (await client.GetStringAsync(printed[4])).ShouldNotContain("does not include a web");
            foreach (var (page, linked) in LinkedAddresses.All())
            {
                var address = linked.At(shop, prometheus, alertmanager, sink);
                using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "X-Management-Key", shop.ManagementKey } } };
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead); // a page may lead to a stream
                // What takes another method, or a parameter more, is there.
                ((int)answer.StatusCode is < 500 and not 404).ShouldBeTrue($"{page} leads to {linked.Text}, which answers {(int)answer.StatusCode}");
            }
            await Eventually.PassesAsync(async () => (await TargetsAsync(client, prometheus)).ShouldBe(
                ["alertmanager up", "ecommerce up", "ecommerce-runtime up", "prometheus up"], ignoreOrder: true));
            (await client.GetStringAsync(new Uri(prometheus, "/api/v1/alertmanagers"))).ShouldContain(alertmanager.Authority);
            (await client.GetStringAsync(new Uri(prometheus, "/api/v1/rules"))).ShouldContain("AvailabilityBudgetBurnsFast");
            (await client.GetStringAsync(sink)).ShouldBe("Alertmanager has sent nothing yet.\n");
            var watchers = Directory.EnumerateFiles(Path.Combine(folder.FullName, "observe"), "*.pid").Select(file => int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture)).ToList();
            watchers.Count.ShouldBe(3);
            foreach (var entry in Directory.EnumerateFileSystemEntries(Path.Combine(folder.FullName, "observe"), "*", SearchOption.AllDirectories)
                .Append(Path.Combine(folder.FullName, "observe")))
                (File.GetUnixFileMode(entry) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite))
                    .ShouldBe(UnixFileMode.None, entry);

            await MakeAsync("observe-down");

            watchers.ShouldAllBe(id => !Runs(id));
        }
        finally
        {
            await MakeAsync("observe-down");
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<Uri> PrintedAddresses(string said) => [.. PrintedAddress().Matches(said).Select(match => new Uri(match.Value.TrimEnd('.')))];

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+[^\s)]*")]
    private static partial Regex PrintedAddress();

    // One that has ended and that nobody has buried yet has no command line any more.
    private static bool Runs(int id) => File.Exists($"/proc/{id}/cmdline") && File.ReadAllText($"/proc/{id}/cmdline").Length > 0;

    private static async Task<IEnumerable<string>> TargetsAsync(HttpClient client, Uri prometheus)
    {
        var answer = await client.GetFromJsonAsync<JsonElement>(new Uri(prometheus, "/api/v1/targets"));
        return answer.GetProperty("data").GetProperty("activeTargets").EnumerateArray()
            .Select(target => $"{target.GetProperty("labels").GetProperty("job").GetString()} {target.GetProperty("health").GetString()}");
    }

    private static async Task<string> RunAsync(string target, params (string Name, string Value)[] environment)
    {
        // What make leaves behind keeps no pipe open: it writes into files.
        var (code, output, errors) = await Subprocess.RunAsync(
            Repository.Root, environment.ToDictionary(variable => variable.Name, variable => (string?)variable.Value), "make", "--no-print-directory", target);
        code.ShouldBe(0, $"{output}{errors}");
        return output;
    }
}
