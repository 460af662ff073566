using ECommerce.Hosting;
using ECommerce.Modules;
using ECommerce.Web;
using Microsoft.Extensions.Configuration;
using Observability.Health;
using Observability.Logging;

namespace ECommerce.Shared.Tests.Hosting;

public sealed class SettingsTests
{
    private static readonly SettingsSection[] Sections = [new("Limits", typeof(LimitsOptions)), new("Database", typeof(DatabaseOptions))];

    private static readonly SettingsSection[] Everything =
        [.. Sections, new("Health", typeof(HealthOptions)), new("Logging", typeof(LogOptions), IsShared: true), new("Tokens", typeof(TokenOptions))];

    [Fact]
    public void Everything_that_is_wrong_is_told_in_one_message()
    {
        var failure = Should.Throw<StartupException>(() => Check(
            ("Limits:Burst", "many"), ("Limits:Concurrency", "0"), ("Limits:Burts", "5"), ("Database:CommandTimeout", "soon")));

        failure.Message.ShouldContain("Limits__Burst: 'many' is not a whole number.");
        failure.Message.ShouldContain("Limits__Concurrency: ");
        failure.Message.ShouldContain("Limits__Burts is not a setting.");
        failure.Message.ShouldContain("Database__CommandTimeout: 'soon' is not a duration such as 00:00:30.");
        failure.Message.ShouldContain("Tokens__SigningKey is required");
        failure.Message.Split(Environment.NewLine).Length.ShouldBe(6);
    }

    [Fact]
    public void Settings_that_are_right_pass()
    {
        var configuration = Configuration(("Limits:Burst", "5"), ("Database:CommandTimeout", "00:00:07"));

        Should.NotThrow(() => SettingsRegistration.Check(configuration, Sections, []));
    }

    [Fact]
    public void A_section_that_is_shared_with_others_may_hold_what_we_do_not_know()
    {
        var shared = new SettingsSection("Limits", typeof(LimitsOptions), IsShared: true);

        shared.Problems(Configuration(("Limits:LogLevel:Default", "Debug"))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Limits:Burst", "19.5", "a whole number")]
    [InlineData("Limits:Burst", "0x10", "a whole number")]
    [InlineData("Limits:Burst", "#10", "a whole number")]
    [InlineData("Limits:Burst", " 10", "a whole number")]
    [InlineData("Limits:Burst", "1,000", "a whole number")]
    [InlineData("Limits:Burst", "99999999999", "a whole number")]
    [InlineData("Limits:RequestTimeout", "30", "a duration such as 00:00:30")]
    [InlineData("Limits:RequestTimeout", "0:30", "a duration such as 00:00:30")]
    [InlineData("Limits:RequestTimeout", "00:00:1.5", "a duration such as 00:00:30")]
    [InlineData("Limits:RequestTimeout", "30s", "a duration such as 00:00:30")]
    [InlineData("Limits:RequestTimeout", "-00:00:30", "a duration such as 00:00:30")]
    [InlineData("Health:TimeoutSeconds", "1,5", "a number such as 0.5")]
    [InlineData("Health:DegradedIsUnhealthy", "1", "true or false")]
    [InlineData("Health:DegradedIsUnhealthy", " true", "true or false")]
    [InlineData("Logging:Format", "1", "one of Auto, Json, Text")]
    [InlineData("Logging:Format", "Auto,Json", "one of Auto, Json, Text")]
    public void A_value_that_would_be_read_as_another_is_refused_by_name(string setting, string value, string kind)
    {
        var problems = Everything.SelectMany(section => section.Problems(Configuration((setting, value))));

        problems.ShouldBe([$"{setting.Replace(":", "__", StringComparison.Ordinal)}: '{value}' is not {kind}."]);
    }

    [Theory]
    [InlineData("Database:CommandTimeout", "00:00:01.900", "must be whole seconds, such as 00:00:02")]
    [InlineData("Database:AcquireTimeout", "00:00:01.9", "must be whole seconds, such as 00:00:02")]
    [InlineData("Tokens:Lifetime", "00:00:01.5", "must be whole seconds, such as 00:00:02")]
    [InlineData("Database:MaxPoolSize", "1", "The field MaxPoolSize must be between 3 and 1000.")]
    public void A_value_that_would_be_rounded_or_cannot_work_is_refused_by_name(string setting, string value, string rule)
    {
        var problems = Everything.SelectMany(section => section.Problems(Configuration((setting, value))));

        problems.ShouldBe([$"{setting.Replace(":", "__", StringComparison.Ordinal)}: {rule}"]);
    }

    [Theory]
    [InlineData("Limits:ConcurrencyPerClient", "")]
    [InlineData("Limits:RequestTimeout", "00:00:01.250")]
    [InlineData("Health:TimeoutSeconds", "1.5")]
    [InlineData("Health:DegradedIsUnhealthy", "True")]
    [InlineData("Logging:Format", "text")]
    [InlineData("Logging:LogLevel:Default", "Debug")]
    public void A_value_that_says_what_it_means_passes(string setting, string value) =>
        Everything.SelectMany(section => section.Problems(Configuration((setting, value)))).ShouldBeEmpty();

    [Theory]
    [InlineData("Limit:Burst", "Limit__Burst is not a setting. There is a section Limits.")]
    [InlineData("Databse:MaxPoolSize", "Databse__MaxPoolSize is not a setting. There is a section Database.")]
    [InlineData("ConnectionString:ECommerce", "ConnectionString__ECommerce is not a setting. There is a section ConnectionStrings.")]
    [InlineData("Limits_Burst", "Limits_Burst is not a setting: two underscores join a section and its setting, Limits__Burst.")]
    [InlineData("Limits:Burst:0", "Limits__Burst__0 is not a setting. Limits__Burst is one value.")]
    public void A_setting_that_is_spelled_almost_right_is_told(string setting, string problem) =>
        Should.Throw<StartupException>(() => SettingsRegistration.Check(Configuration((setting, "5")), Sections, [])).Message.ShouldContain(problem);

    [Theory]
    [InlineData("DATABASE_URL")]
    [InlineData("Kubernetes:Port")]
    [InlineData("npm:config")]
    public void Settings_of_other_programs_are_none_of_ours(string setting) =>
        Should.NotThrow(() => SettingsRegistration.Check(Configuration((setting, "5")), Sections, []));

    [Theory]
    [InlineData("euro")]
    [InlineData("eur")]
    [InlineData("XXX")]
    [InlineData("XTS")]
    [InlineData("XAU")]
    [InlineData("CHE")]
    [InlineData("DEM")]
    [InlineData("")]
    public void Only_currencies_of_real_money_are_known(string code) => new SettingsSection("Shop", typeof(ShopOptions)).Problems(Configuration(("Shop:Currency", code)))
        .ShouldBe(["Shop__Currency: must be a currency of ISO 4217 that people pay with, such as EUR"]);

    private static void Check(params (string Key, string Value)[] settings) =>
        SettingsRegistration.Check(Configuration(settings), Sections, ["Tokens__SigningKey is required outside Development."]);

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
}
