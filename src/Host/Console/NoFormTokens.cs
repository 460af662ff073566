using Microsoft.AspNetCore.Components.Forms;

namespace ECommerce.Host.Console;

/// <summary>
/// No tokens against forged forms: the pages post no form through Blazor. With them each page would set a second cookie, which the next start of the
/// host could not read, and would log as an error.
/// </summary>
internal sealed class NoFormTokens : AntiforgeryStateProvider
{
    public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
}
