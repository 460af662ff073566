using System.Reflection;

namespace ECommerce.Shared.Tests.Data;

/// <summary>The table of SQLSTATE codes, against the list that the driver takes from PostgreSQL's manual.</summary>
public sealed class SqlStatesTests
{
    private static readonly string[] Codes =
    [
        .. from field in typeof(PostgresErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
           where field is { IsLiteral: true } && field.FieldType == typeof(string)
           select (string)field.GetRawConstantValue()!,
    ];

    [Fact]
    public void Every_class_of_PostgreSQL_has_one_row_with_a_reason()
    {
        Codes.Length.ShouldBeGreaterThan(200);
        string[] newer = ["10"]; // from PostgreSQL 16 on

        var rows = SqlStates.Table.Select(rule => rule.Code).ToArray();

        rows.Where(code => code.Length == 2).ShouldBe(Codes.Select(code => code[..2]).Concat(newer).Distinct(), ignoreOrder: true);
        rows.Where(code => code.Length != 2).ShouldBeSubsetOf([.. Codes, "25P03", "25P04"]);
        rows.ShouldBeUnique();
        SqlStates.Table.ShouldAllBe(rule => rule.Reason.EndsWith('.'));
    }

    [Theory]
    [InlineData("40001 40P01", SqlStateHandling.LostRace)]
    [InlineData("26000 42P05", SqlStateHandling.StaleStatement)]
    [InlineData("25P03 57P01 57P05", SqlStateHandling.SessionEnded)]
    [InlineData("25006", SqlStateHandling.ReadOnly)]
    [InlineData("08006 08P01 25P04 28P01 3D000 40003 53100 53300 55P03 57014 57P02 57P03 58030 F0000", SqlStateHandling.Unavailable)]
    [InlineData("0A000 22003 23505 25001 25P01 25P02 3F000 42501 42P01 54000 P0001 XX000 XX001 ZZ000 ?", SqlStateHandling.Fault)]
    public void A_code_decides_before_its_class(string codes, object answer)
    {
        foreach (var code in codes.Split(' '))
        {
            SqlStates.Of(Error(code)).Answer.ShouldBe((SqlStateHandling)answer, code);
            SqlStates.AllowsRetry(Error(code)).ShouldBe(answer is SqlStateHandling.LostRace or SqlStateHandling.StaleStatement or SqlStateHandling.SessionEnded, code);
        }
    }

    [Fact]
    public void Only_the_plan_cache_makes_a_missing_feature_a_stale_statement()
    {
        SqlStates.Of(Error("0A000", routine: "RevalidateCachedQuery")).Answer.ShouldBe(SqlStateHandling.StaleStatement);
        SqlStates.Of(Error("0A000", routine: "transformSetOperationTree")).Answer.ShouldBe(SqlStateHandling.Fault);
    }

    [Theory]
    [InlineData("22023")] // the role in the connection's options does not exist
    [InlineData("42501")] // the login may not connect to the database
    [InlineData("XX000")]
    public void Without_a_session_there_is_no_fault(string code) =>
        SqlStates.Of(Error(code, severity: "FATAL")).Answer.ShouldBe(SqlStateHandling.Unavailable);

    private static PostgresException Error(string code, string severity = "ERROR", string? routine = null) =>
        new("said by a test", severity, severity, code, routine: routine);
}
