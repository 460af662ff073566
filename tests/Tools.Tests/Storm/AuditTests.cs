using System.Text.Json.Nodes;

namespace ECommerce.Tools.Tests.Storm;

/// <summary>The auditor is trusted because it was seen to find every kind of fraud; those of the books alone are in tests/Reliability.Tests.</summary>
public sealed class AuditTests(AuditTests.JournaledShop shop) : IClassFixture<AuditTests.JournaledShop>
{
    private static readonly (string Fraud, Action<AuditedJournal> Commit, string Finding)[] Frauds =
    [
        ("an order that was never placed", journal => journal.PaidOrder["orderId"] = Guid.NewGuid(), "was acknowledged as paid and is not there"),
        ("an order of somebody else", journal => journal.PaidOrder["userId"] = Guid.NewGuid(), "was acknowledged to"),
        ("an order at another price", journal => journal.PaidOrder["amount"] = 1, "was acknowledged to"),
        ("a status that never was", journal => journal.PaidOrder["status"] = "shipped", "was acknowledged as shipped and has never been that"),
        ("a cancellation that did not happen", journal => journal.PaidOrder["status"] = "cancelled", "was acknowledged as cancelled and is paid"),
        ("an order that nobody asked for", journal => journal.Forget(journal.Request("PlaceOrder")), "is there and nobody has asked for it"),
        ("a user who is not there", journal => journal.User["userId"] = Guid.NewGuid(), "was registered and is not there"),
        ("a user whom nobody registered", journal => journal.Forget(journal.User), "1 users are there of whom nobody was told, and only 0 registrations"),
        ("a delivery that is not there", journal => journal.Delivery["key"] = Guid.NewGuid(), "was acknowledged and is not there"),
        ("a delivery of more", journal => journal.Delivery["delta"] = 50, "is entered as 5 to"),
        ("a delivery that nobody sent", journal => journal.Forget(journal.Request("AdjustStock")), "was acknowledged and never asked for"),
        ("a request that took too long", journal => Last(journal.Request("PayOrder"), TimeSpan.FromSeconds(13)), "POST /api/orders/:id/pay, begun"),
        ("a request that never came back", journal => (journal.Request("PayOrder")["status"], journal.Request("PayOrder")["failed"]) = (0, "Timeout"), "hung for"),
        ("a metric that counts one too few", journal => Add(journal.Counted("POST", "/api/orders"), -1), "POST /api/orders 201 is 1 and 2 had been answered"),
        ("a metric that counts one too many", journal => Add(journal.Counted("POST", "/api/orders"), 1), "POST /api/orders 201 is 3 and 2 had been answered, with 0 of the route unheard of"),
        ("a metric that counts under another status", journal => journal.Counted("POST", "/api/users")["status"] = 200, "POST /api/users 201 is 0 and 1 had been answered"),
        ("a shop that did not recover", journal => journal.Trouble["recovered"] = null, "the shop did not recover from host_killed"),
    ];

    [Fact]
    public async Task Every_kind_of_fraud_is_told_in_a_sentence_and_an_honest_journal_is_as_promised()
    {
        var honest = shop.Journal;
        var clean = await honest.AuditAsync();
        clean.ExitCode.ShouldBe(0, string.Join('\n', clean.Said));
        clean.Said.Length.ShouldBe(5);
        clean.Said[0].ShouldBe("2 orders, 2 of them acknowledged; 2 payments, 2 charged, 1 refunded.");
        clean.Said[^1].ShouldBe("All is as promised.");

        foreach (var (fraud, commit, finding) in Frauds)
        {
            var forged = honest.Copy();
            commit(forged);
            var audited = await forged.AuditAsync();
            audited.ExitCode.ShouldBe(1, fraud);
            audited.Said.ShouldContain(line => line.Contains(finding, StringComparison.Ordinal), $"{fraud}:\n{string.Join('\n', audited.Said)}");
        }
    }

    [Fact]
    public async Task A_request_without_an_answer_may_have_been_counted_or_not()
    {
        var journal = shop.Journal.Copy();
        (journal.Request("PayOrder")["status"], journal.Request("PayOrder")["failed"]) = (0, "ResponseEnded");
        (await journal.AuditAsync()).ExitCode.ShouldBe(0, "counted, and the answer got lost");

        Add(journal.Counted("POST", "/api/orders/:id/pay"), -1);
        (await journal.AuditAsync()).ExitCode.ShouldBe(0, "never arrived");

        Add(journal.Counted("POST", "/api/orders/:id/pay"), 2);
        (await journal.AuditAsync()).ExitCode.ShouldBe(1, "counted twice");
    }

    [Fact]
    public async Task Without_a_database_or_a_readable_journal_nothing_is_said()
    {
        var elsewhere = await shop.Journal.AuditAsync("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2");
        elsewhere.ExitCode.ShouldBe(2);
        elsewhere.Said.ShouldBeEmpty();
        elsewhere.Error.ShouldContain("The database cannot be audited");

        var folder = Directory.CreateTempSubdirectory("ec-journal-");
        try
        {
            var empty = await AuditedJournal.AuditAsync(folder, shop.ConnectionString);
            (empty.ExitCode, empty.Error).ShouldBe((2, $"The journal in {folder.FullName} knows of no request: nothing is proved by it.{Environment.NewLine}"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "traffic.requests.jsonl"), "{\"started\":");
            var torn = await AuditedJournal.AuditAsync(folder, shop.ConnectionString);
            torn.ExitCode.ShouldBe(2);
            torn.Error.ShouldStartWith("traffic.requests.jsonl:1 of the journal cannot be read");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Last(JsonObject request, TimeSpan duration) => request["ended"] = request["started"]!.GetValue<DateTimeOffset>() + duration;

    private static void Add(JsonObject series, int more) => series["count"] = (int)series["count"]! + more;

    public sealed class JournaledShop : ShopFixture
    {
        internal AuditedJournal Journal { get; private set; } = null!;

        public override async Task InitializeAsync()
        {
            await base.InitializeAsync();
            Journal = await AuditedJournal.OfAsync(this);
        }
    }
}
