using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;

namespace ECommerce.Testing;

/// <summary>
/// Compares what was seen with what a person has approved, the file <c>Class.Method.verified.json</c> beside the test. A missing file
/// fails; <c>UPDATE_SNAPSHOTS=1</c> writes it, to be read before it is committed. Stands in for Verify: docs/adr/0002.
/// </summary>
public static class Snapshot
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="seen">What was seen.</param>
    /// <param name="variant">Tells the snapshots of one test apart.</param>
    /// <param name="file">The test's file, which is named as its class.</param>
    /// <param name="test">The test's method.</param>
    public static void Match(Observation seen, string? variant = null, [CallerFilePath] string file = "", [CallerMemberName] string test = "")
    {
        ArgumentNullException.ThrowIfNull(seen);
        Match(seen.ToJson(), variant, file, test);
    }

    /// <param name="seen">What was seen.</param>
    /// <param name="variant">Tells the snapshots of one test apart.</param>
    /// <param name="file">The test's file, which is named as its class.</param>
    /// <param name="test">The test's method.</param>
    public static void Match(JsonNode? seen, string? variant = null, [CallerFilePath] string file = "", [CallerMemberName] string test = "")
    {
        var text = new Scrubber().Scrub(seen)?.ToJsonString(Json) + "\n";
        var name = $"{Path.GetFileNameWithoutExtension(file)}.{test}{(variant is null ? "" : $".{variant}")}";
        var approved = Path.Combine(Path.GetDirectoryName(file)!, $"{name}.verified.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(approved, text);

        try
        {
            // The caller is given rather than found: a stack trace behind an await no longer knows the test.
            text.ShouldMatchApproved(snapshot => snapshot
                .WithFileExtension("json")
                .WithFilenameGenerator((_, _, type, extension) =>
                    Path.Combine(Path.GetDirectoryName(file)!, $"{name}.{(type == "approved" ? "verified" : type)}.{extension}"))
                .NoDiff());
        }
        catch (ShouldMatchApprovedException) when (File.Exists(approved))
        {
            throw new ShouldAssertException(
                $"{name} differs from its snapshot. If that is right, UPDATE_SNAPSHOTS=1 writes it.\n{Difference.OfTexts(text, File.ReadAllText(approved).ReplaceLineEndings("\n"))}");
        }
    }
}
