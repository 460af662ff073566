using System.Text.RegularExpressions;
using ECommerce.Web;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Host.Tests.Http;

/// <summary>What every refusal of a caller's mistake has in common.</summary>
internal static partial class Refusal
{
    /// <summary>A 4xx that a program can act on and that tells nothing of what is inside.</summary>
    public static void ShouldRefuse(this ShopFixture shop, Answer answer, string fault, string? field = null)
    {
        answer.Status.ShouldBeInRange(400, 499, $"{fault}: {answer.Text}");
        answer.Header("Content-Type").ShouldBe("application/problem+json", fault);
        answer.Code.ShouldNotBeNull(fault);
        shop.Services.GetRequiredService<ErrorCatalogue>().Find(answer.Code).ShouldNotBeNull($"{fault}: {answer.Code} is explained nowhere");
        answer.Body.GetProperty("type").GetString().ShouldBe($"/problems/{answer.Code}", fault);
        answer.Body.GetProperty("status").GetInt32().ShouldBe(answer.Status, fault);
        answer.Body.GetProperty("traceId").GetString().ShouldBe(answer.Header("X-Trace-Id"), fault);
        answer.Text.ShouldNotMatch(OurOwnNames().ToString(), fault);
        if (answer.Code == "validation_failed")
            answer.Fields.ShouldNotBeEmpty($"{fault}: {answer.Text}");
        if (field is not null)
            answer.Fields.ShouldContain(name => name == field || name.StartsWith($"{field}.") || name.StartsWith($"{field}["), $"{fault} at {field}: {answer.Text}");
    }

    [GeneratedRegex(@"System\.|Microsoft\.|Npgsql|ECommerce\.|Nullable|Int32|Guid|DateTimeOffset|Exception|Command\b|Handler|   at ")]
    private static partial Regex OurOwnNames();
}
