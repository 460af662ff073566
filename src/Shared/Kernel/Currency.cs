using System.Collections.Frozen;

namespace ECommerce.Kernel;

/// <summary>
/// The active currencies of ISO 4217 with their numbers of decimals. Precious metals, funds, accounting units, test codes and withdrawn
/// currencies are left out.
/// </summary>
public static class Currency
{
    /// <summary>The largest number of decimals that an amount is stored with.</summary>
    public const int MostDecimals = 2;

    // Currencies with two decimals, or with three, of which two are stored.
    private const string WithDecimals = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN
        ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR JMD JOD KES KGS KHR KPW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD
        MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD
        SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
        """;

    private const string WithoutDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

    private static readonly FrozenDictionary<string, int> Known = Codes(WithDecimals, MostDecimals).Concat(Codes(WithoutDecimals, 0)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether the code is one of these currencies.</summary>
    public static bool IsKnown(string code) => Known.ContainsKey(code);

    /// <summary>The number of decimals of an amount in this currency, at most two.</summary>
    /// <exception cref="KeyNotFoundException">The currency is not known.</exception>
    public static int Decimals(string code) => Known[code];

    /// <summary>The smallest amount that is not 0: 0.01 EUR, 1 JPY.</summary>
    public static decimal Smallest(string code) => new(1, 0, 0, false, (byte)Decimals(code));

    private static IEnumerable<KeyValuePair<string, int>> Codes(string list, int decimals) =>
        list.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(code => KeyValuePair.Create(code, decimals));
}
