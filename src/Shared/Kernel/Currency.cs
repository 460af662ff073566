using System.Collections.Frozen;

namespace ECommerce.Kernel;

/// <summary>
/// The currencies of ISO 4217 that people pay with, by their codes. Left out are precious metals, funds and accounting units, test codes, and
/// currencies that are no longer legal tender.
/// </summary>
public static class Currency
{
    /// <summary>The most decimals that an amount is kept with.</summary>
    public const int MostDecimals = 2;

    // Two decimals, or three, of which amounts here have two.
    private const string WithDecimals = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN
        ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR JMD JOD KES KGS KHR KPW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD
        MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD
        SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
        """;

    private const string WithoutDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

    private static readonly FrozenDictionary<string, int> Known = Codes(WithDecimals, MostDecimals).Concat(Codes(WithoutDecimals, 0)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether people pay with it.</summary>
    public static bool IsKnown(string code) => Known.ContainsKey(code);

    /// <summary>How many decimals an amount in this currency has, two at most.</summary>
    /// <exception cref="KeyNotFoundException">The currency is not known.</exception>
    public static int Decimals(string code) => Known[code];

    /// <summary>The smallest amount that is not 0: 0.01 EUR, 1 JPY.</summary>
    public static decimal Smallest(string code) => new(1, 0, 0, false, (byte)Decimals(code));

    private static IEnumerable<KeyValuePair<string, int>> Codes(string list, int decimals) =>
        list.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(code => KeyValuePair.Create(code, decimals));
}
