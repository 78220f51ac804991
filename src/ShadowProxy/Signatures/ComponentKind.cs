namespace ShadowProxy.Signatures;

/// <summary>The facts that a signature may be made of.</summary>
internal enum ComponentKind
{
    /// <summary><c>connection</c>: the client's connection. Always present.</summary>
    Connection,

    /// <summary><c>client.address</c>, <c>client.address/24</c>: the client's IP address or its leading bits.</summary>
    ClientAddress,

    /// <summary><c>client.port</c>: the client's port.</summary>
    ClientPort,

    /// <summary><c>local.port</c>: the port that the client connected to.</summary>
    LocalPort,

    /// <summary><c>tls.sni</c>: the host name that the client asked for in its TLS handshake; case is ignored.</summary>
    TlsSni,

    /// <summary><c>tls.ja4</c>: the JA4 fingerprint of the client program, where <c>UseJa4</c> takes it.</summary>
    TlsJa4,

    /// <summary><c>http.host</c>: the Host header, with its port if it names one; case is ignored.</summary>
    HttpHost,

    /// <summary><c>http.method</c>: the method.</summary>
    HttpMethod,

    /// <summary><c>http.path</c>, <c>http.path:2</c>: the decoded path or its first segments.</summary>
    HttpPath,

    /// <summary><c>header:NAME</c>: a request header; several of that name count as one list.</summary>
    Header,

    /// <summary><c>cookie:NAME</c>: a cookie; case counts in its name.</summary>
    Cookie,

    /// <summary><c>query:NAME</c>: a parameter of the query, not decoded; case counts in its name.</summary>
    Query,

    /// <summary><c>route</c>: the id of the route. Always present.</summary>
    Route,
}
