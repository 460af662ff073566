using System.Globalization;
using System.Text;
using ECommerce.Fuzz.Requests;
using ECommerce.Fuzz.Wire;
using Observability.Text;

namespace ECommerce.Fuzz;

/// <summary>Requests and answers, for eyes and for a shell.</summary>
internal static class Shown
{
    private const int Longest = 4000;

    /// <summary><c>printf '%b' '…' | nc host port</c>: byte for byte what was sent, but for secrets; long ones are cut.</summary>
    public static string Request(byte[] request, Uri address, params (string? Secret, string Name)[] secrets)
    {
        var text = new StringBuilder();
        foreach (var one in request.AsSpan(0, Math.Min(request.Length, Longest)))
        {
            text.Append(one switch
            {
                (byte)'\r' => @"\r",
                (byte)'\n' => @"\n",
                (byte)'\\' => @"\\",
                (byte)'\'' => @"\x27",
                >= 32 and < 127 => ((char)one).ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $@"\x{one:x2}"),
            });
        }

        foreach (var (secret, name) in secrets)
        {
            if (secret is { Length: > 0 })
                text.Replace(secret, name);
        }

        var rest = request.Length > Longest ? $" # and {request.Length - Longest} bytes more" : "";
        return $"printf '%b' '{text}' | nc {address.Host} {address.Port}{rest}";
    }

    public static string Answer(Answer answer)
    {
        if (answer.Failure is not null)
            return VisibleText.Of(answer.Failure);
        // It goes to a terminal, and repeats what was sent to strike at one.
        var text = string.Join('\n', answer.Text.Split('\n').Select(line => VisibleText.Of(line)));
        return $"{answer.Status} {string.Join(", ", answer.Headers.Select(header => $"{VisibleText.Of($"{header.Key}: {header.Value}")}"))}\n{(text.Length > 600 ? text[..600] + "…" : text)}";
    }

    public static string Request(Draft draft, byte[] bytes, Target target, Settings settings) => Request(
        bytes, draft.IsForOperators ? target.ManagementAddress! : target.Address, (draft.Token, "$TOKEN"), (settings.ManagementKey, "$KEY"));
}
