using Microsoft.Extensions.Configuration;

namespace ECommerce.Shared.Tests.Data;

/// <summary>What a connection string says is honoured, or refused by its keyword.</summary>
public sealed class ConnectionStringCheckTests
{
    [Theory]
    [InlineData("Application Name=shop", "Application Name cannot be given here")]
    [InlineData("ApplicationName=shop", "Application Name cannot be given here")]
    [InlineData("Timeout=3", "Timeout cannot be given here: use Database__AcquireTimeout.")]
    [InlineData("Command Timeout=3", "Command Timeout cannot be given here: use Database__CommandTimeout.")]
    [InlineData("Maximum Pool Size=3", "Maximum Pool Size cannot be given here: use Database__MaxPoolSize.")]
    [InlineData("MaxPoolSize=3", "Maximum Pool Size cannot be given here: use Database__MaxPoolSize.")]
    [InlineData("Pooling=false", "Pooling cannot be given here")]
    [InlineData("Include Error Detail=true", "Include Error Detail cannot be given here")]
    [InlineData("Log Parameters=true", "Log Parameters cannot be given here")]
    [InlineData("Options=-c role=postgres", "Options must not set a role")]
    [InlineData("Options=--role=postgres", "Options must not set a role")]
    [InlineData("Target Session Attributes=standby", "Target Session Attributes must be one of any, primary, prefer-primary, read-write")]
    [InlineData("Minimum Pool Size=21", "Minimum Pool Size must not exceed Database__MaxPoolSize, which is 20.")]
    public void What_would_be_overwritten_or_dropped_is_refused_by_name(string keyword, string problem) =>
        Problems($"Host=db;{keyword}").ShouldHaveSingleItem().ShouldStartWith($"ConnectionStrings__ECommerce: {problem}");

    [Theory]
    [InlineData("Host=db;Port=5433;Database=shop;Username=shop;Password=secret;SSL Mode=Require;Root Certificate=/ca.pem")]
    [InlineData("Host=a,b;Target Session Attributes=primary;Options=-c statement_timeout=1000;Max Auto Prepare=0;No Reset On Close=false;Minimum Pool Size=2;Pooling=true")]
    [InlineData("")]
    public void What_is_honoured_passes(string configured) => Problems(configured).ShouldBeEmpty();

    [Fact]
    public void A_string_without_a_host_is_refused() => Problems("Database=shop").ShouldBe(["ConnectionStrings__ECommerce: Host is missing."]);

    private static string[] Problems(string configured) => [.. new ConnectionStringCheck(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:ECommerce"] = configured, ["Database:MaxPoolSize"] = "20" }).Build()).Problems()];
}
