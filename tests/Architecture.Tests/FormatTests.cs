namespace ECommerce.Architecture.Tests;

/// <summary>What <c>dotnet format</c> checks and the build does not: the build reports the rest as IDE0055 and by the rules of .editorconfig.</summary>
public sealed class FormatTests
{
    private static readonly string[] Folders = ["src", "tests", "tools", "deploy", "templates"];

    private static IEnumerable<string> Files => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [Fact]
    public void Usings_are_in_order_those_of_System_first() =>
        Files.Where(file => !IsInOrder(File.ReadAllLines(file))).Select(InRepository).ShouldBeEmpty();

    [Fact]
    public void A_wrong_order_of_usings_is_found()
    {
        IsInOrder(["using System;", "using System.Text;", "using Dapper;", "using ECommerce.Kernel;", "using Key = ECommerce.Web.SigningKey;"]).ShouldBeTrue();
        IsInOrder(["using System.Text;", "using System;"]).ShouldBeFalse();
        IsInOrder(["using Dapper;", "using System;"]).ShouldBeFalse();
        IsInOrder(["global using Npgsql;", "global using Dapper;"]).ShouldBeFalse();
    }

    [Fact]
    public void Files_are_UTF8_without_a_mark_with_line_feeds_and_one_at_the_end() =>
        Files.Where(file => !IsPlain(File.ReadAllBytes(file))).Select(InRepository).ShouldBeEmpty();

    private static bool IsInOrder(IEnumerable<string> lines)
    {
        var names = lines.Select(line => line.StartsWith("global ", StringComparison.Ordinal) ? line["global ".Length..] : line)
            .TakeWhile(line => !line.StartsWith("namespace ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal)
                && !line.StartsWith("using static ", StringComparison.Ordinal))
            .Select(line => line["using ".Length..].TrimEnd(';'))
            .ToList();
        return names.SequenceEqual(names.OrderBy(name => name != "System" && !name.StartsWith("System.", StringComparison.Ordinal))
            .ThenBy(name => name, StringComparer.OrdinalIgnoreCase));
    }

    private static bool IsPlain(ReadOnlySpan<byte> text) =>
        text.Length > 0 && text[0] != 0xEF && !text.Contains((byte)'\r') && text[^1] == (byte)'\n' && !text.EndsWith("\n\n"u8);

    private static string InRepository(string file) => Path.GetRelativePath(Repository.Root, file);
}
