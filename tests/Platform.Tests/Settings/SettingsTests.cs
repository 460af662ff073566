using ECommerce.Platform.Data;
using ECommerce.Platform.Http;
using ECommerce.Platform.Settings;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace ECommerce.Platform.Tests.Settings;

public sealed class SettingsTests
{
    private static readonly SettingsSection[] Sections = [new("Limits", typeof(LimitsOptions)), new("Database", typeof(DatabaseOptions))];

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

    private static void Check(params (string Key, string Value)[] settings) =>
        SettingsRegistration.Check(Configuration(settings), Sections, ["Tokens__SigningKey is required outside Development."]);

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
}
